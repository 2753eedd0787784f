import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';

import './page-header.css';

interface Properties {
  readonly title: string;
  /** What stands in the window's title after the page's. */
  readonly product: string;
  readonly lead?: ReactNode;
  /** What is done from here: buttons, a range. */
  readonly actions?: ReactNode;
}

/** A page opened before this one: its title takes the focus, as a new document's would. */
let pagesOpened = 0;

/** The title of a page, in it and in the window. */
export function PageHeader({ title, product, lead, actions }: Properties): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${product}`;
    if (pagesOpened > 0) heading.current?.focus({ preventScroll: true });
    pagesOpened += 1;
  }, [title, product]);
  return (
    <div className="ui-page-header">
      <div>
        <h1 className="ui-page-title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p className="ui-page-lead">{lead}</p>}
      </div>
      {actions !== undefined && <div className="ui-page-actions">{actions}</div>}
    </div>
  );
}
