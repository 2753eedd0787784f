import { Notice, Shell } from '@nomo/ui';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactElement, useSyncExternalStore } from 'react';

import { Brand } from '../brand/brand.js';
import { useSignedIn } from '../session/session-context.js';
import { navigation } from './navigation.js';
import { SignOutButton } from './sign-out-button.js';

/** The frame of every page of who is signed in. */
export function ConsoleShell(): ReactElement {
  const { user } = useSignedIn();
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <Shell
      brand={
        <Link to="/" className="console-home" aria-label="nomosly, overview">
          <Brand />
        </Link>
      }
      items={navigation}
      path={path === '/' ? path : path.replace(/\/$/, '')}
      renderLink={(item, properties) => <Link to={item.href} {...properties} />}
      user={
        <div className="console-user">
          <div className="console-user-name">{user.name ?? user.email}</div>
          {user.name !== null && <div className="console-user-email">{user.email}</div>}
          <SignOutButton />
        </div>
      }
      banner={<OfflineBanner />}
    >
      <Outlet />
    </Shell>
  );
}

function OfflineBanner(): ReactElement | null {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <div className="console-banner">
      <Notice tone="warning" title="You are offline">
        What you see may be out of date. It is brought up to date when the connection is back.
      </Notice>
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener('online', listener);
  globalThis.addEventListener('offline', listener);
  return () => {
    globalThis.removeEventListener('online', listener);
    globalThis.removeEventListener('offline', listener);
  };
}
