import { type ReactElement, type ReactNode, useEffect } from 'react';

import { ColorSchemeSwitch } from './color-scheme-switch.js';
import './standalone-page.css';

interface Properties {
  readonly brand: ReactNode;
  readonly title: string;
  readonly product: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

/** A page for who is not signed in: one message, and the way on. */
export function StandalonePage(properties: Properties): ReactElement {
  const { brand, title, product, children, actions } = properties;
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <div className="ui-standalone">
      <main className="ui-standalone-card" id="main">
        <div className="ui-standalone-brand">{brand}</div>
        <h1 className="ui-standalone-title">{title}</h1>
        <div className="ui-standalone-text">{children}</div>
        {actions !== undefined && <div className="ui-standalone-actions">{actions}</div>}
      </main>
      <footer>
        <ColorSchemeSwitch />
      </footer>
    </div>
  );
}
