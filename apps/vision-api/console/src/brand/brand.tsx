import { type ReactElement } from 'react';

import './brand.css';

/** The name that stands in the title of each page. */
export const PRODUCT = 'nomosly';

/** The mark: an n inside the corners of a box that was drawn round it. And the name. */
export function Brand(): ReactElement {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
        <rect className="brand-field" width="32" height="32" rx="8.5" />
        <g
          className="brand-lines"
          fill="none"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          <path d="M7.5 12V9.5a2 2 0 0 1 2-2H12M20 7.5h2.5a2 2 0 0 1 2 2V12M24.5 20v2.5a2 2 0 0 1-2 2H20M12 24.5H9.5a2 2 0 0 1-2-2V20" />
          <path d="M12.2 20v-4.3a3.8 3.8 0 0 1 7.6 0V20" />
        </g>
      </svg>
      <span className="brand-name">{PRODUCT}</span>
    </span>
  );
}
