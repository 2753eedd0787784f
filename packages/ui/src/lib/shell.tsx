import { type ReactElement, type ReactNode, useEffect, useState } from 'react';

import { ColorSchemeSwitch } from './color-scheme-switch.js';
import { Icon, type IconName } from './icon.js';
import './shell.css';

/** One page of the console. */
export interface NavigationItem {
  readonly label: string;
  readonly href: string;
  readonly icon: IconName;
}

interface Properties {
  /** The product's mark and name; leads to the first page. */
  readonly brand: ReactNode;
  readonly items: readonly NavigationItem[];
  /** The path that is open. A change of it closes the menu of a phone. */
  readonly path: string;
  /** Makes the link: the router is the console's own. */
  readonly renderLink: (
    item: NavigationItem,
    properties: {
      className: string;
      'aria-current': 'page' | undefined;
      children: ReactNode;
    },
  ) => ReactNode;
  /** Who is signed in. */
  readonly user: ReactNode;
  /** What concerns every page, such as being offline. */
  readonly banner?: ReactNode;
  readonly children: ReactNode;
}

/** Navigation beside the page; above it, and folded, where there is no room beside. */
export function Shell(properties: Properties): ReactElement {
  const { brand, items, path, renderLink, user, banner, children } = properties;
  const [menuOpen, setMenuOpen] = useState(false);
  const [pathOfMenu, setPathOfMenu] = useState(path);
  if (path !== pathOfMenu) {
    setPathOfMenu(path);
    setMenuOpen(false);
  }
  useEffect(() => {
    if (!menuOpen) return undefined;
    const close = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setMenuOpen(false);
    };
    globalThis.addEventListener('keydown', close);
    return () => {
      globalThis.removeEventListener('keydown', close);
    };
  }, [menuOpen]);

  return (
    <div className="ui-shell">
      <a className="ui-shell-skip" href="#main">
        Skip to the content
      </a>
      <header className="ui-shell-side">
        <div className="ui-shell-held" data-open={menuOpen}>
          <div className="ui-shell-bar">
            <div className="ui-shell-brand">{brand}</div>
            <button
              type="button"
              className="ui-shell-toggle"
              aria-expanded={menuOpen}
              aria-controls="ui-shell-menu"
              aria-label="Menu"
              onClick={() => {
                setMenuOpen(!menuOpen);
              }}
            >
              <Icon name={menuOpen ? 'close' : 'menu'} size={22} />
            </button>
          </div>
          <div className="ui-shell-menu" id="ui-shell-menu">
            <nav aria-label="Console">
              <ul className="ui-shell-links">
                {items.map((item) => (
                  <li key={item.href}>
                    {renderLink(item, {
                      className: 'ui-shell-link',
                      'aria-current': item.href === path ? 'page' : undefined,
                      children: (
                        <>
                          <Icon name={item.icon} />
                          {item.label}
                        </>
                      ),
                    })}
                  </li>
                ))}
              </ul>
            </nav>
            <div className="ui-shell-foot">
              <ColorSchemeSwitch />
              <div className="ui-shell-user">{user}</div>
            </div>
          </div>
        </div>
      </header>
      <main className="ui-shell-main" id="main" tabIndex={-1}>
        {banner}
        <div className="ui-shell-page">{children}</div>
      </main>
    </div>
  );
}
