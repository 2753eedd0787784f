import { type ReactElement, type ReactNode, useId } from 'react';

import './panel.css';

interface Properties {
  readonly title?: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  /** Content goes to the edges, as a table does. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page, with a name. */
export function Panel({ title, aside, flush = false, children }: Properties): ReactElement {
  const id = useId();
  return (
    <section
      className="ui-panel"
      data-flush={flush}
      {...(title !== undefined && { 'aria-labelledby': id })}
    >
      {title !== undefined && (
        <div className="ui-panel-head">
          <h2 className="ui-panel-title" id={id}>
            {title}
          </h2>
          {aside}
        </div>
      )}
      <div className="ui-panel-body">{children}</div>
    </section>
  );
}
