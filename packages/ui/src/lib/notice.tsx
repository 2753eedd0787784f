import { type ReactElement, type ReactNode } from 'react';

import { Icon } from './icon.js';
import './notice.css';

interface Properties {
  readonly tone: 'information' | 'good' | 'warning' | 'bad';
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Read out when it appears; off where it stands from the beginning. */
  readonly announced?: boolean;
}

const icons = {
  information: 'information',
  good: 'check',
  warning: 'warning',
  bad: 'warning',
} as const;

/** Something the user should know, and what can be done about it. */
export function Notice(properties: Properties): ReactElement {
  const { tone, title, children, action, announced = true } = properties;
  return (
    <div
      className="ui-notice"
      data-tone={tone}
      {...(announced && { role: tone === 'bad' ? 'alert' : 'status' })}
    >
      <span className="ui-notice-icon">
        <Icon name={icons[tone]} size={20} />
      </span>
      <div className="ui-notice-words">
        <p className="ui-notice-title">{title}</p>
        {children !== undefined && <div className="ui-notice-text">{children}</div>}
        {action !== undefined && <div className="ui-notice-action">{action}</div>}
      </div>
    </div>
  );
}
