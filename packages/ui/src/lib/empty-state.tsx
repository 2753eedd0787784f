import { type ReactElement, type ReactNode } from 'react';

import { Icon, type IconName } from './icon.js';
import './empty-state.css';

interface Properties {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** What stands where there is nothing yet, and leads on. */
export function EmptyState({ icon, title, children, action }: Properties): ReactElement {
  return (
    <div className="ui-empty">
      <span className="ui-empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2 className="ui-empty-title">{title}</h2>
      <div className="ui-empty-text">{children}</div>
      {action}
    </div>
  );
}
