import { type ReactElement } from 'react';

import { CopyButton } from './copy-button.js';
import './code-block.css';

interface Properties {
  readonly code: string;
  /** What it is, for the copy button and for who hears the page. */
  readonly what: string;
  /** Lines are wrapped instead of scrolled. */
  readonly wrap?: boolean;
}

/** Something to paste elsewhere. */
export function CodeBlock({ code, what, wrap = false }: Properties): ReactElement {
  return (
    <div className="ui-code" data-wrap={wrap}>
      <div className="ui-code-copy">
        <CopyButton text={code} what={what} />
      </div>
      {/* What scrolls has to be reached by keyboard. */}
      <pre className="ui-code-text" tabIndex={0} role="region" aria-label={what}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
