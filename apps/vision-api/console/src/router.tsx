import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { type ReactElement } from 'react';

import { PageFailure } from './failures/page-failure.js';
import { SessionGate } from './session/session-gate.js';
import { SignInFailedPage } from './session/sign-in-failed-page.js';
import { SignedInPage } from './session/signed-in-page.js';
import { SignedOutPage } from './session/signed-out-page.js';
import { ConsoleShell } from './shell/console-shell.js';
import { NotFoundPage } from './shell/not-found-page.js';
import { PageSkeleton } from './shell/page-skeleton.js';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in-only',
  component: () => (
    <SessionGate>
      <ConsoleShell />
    </SessionGate>
  ),
});

const page = <Path extends string>(
  path: Path,
  component: () => Promise<{ default: () => ReactElement }>,
) =>
  createRoute({
    getParentRoute: () => signedIn,
    path,
    component: lazyRouteComponent(component),
  });

const tree = root.addChildren([
  signedIn.addChildren([
    page('/', () => import('./overview/overview-page.js')),
    page('/keys', () => import('./keys/keys-page.js')),
    page('/playground', () => import('./playground/playground-page.js')),
    page('/usage', () => import('./usage/usage-page.js')),
    page('/audit', () => import('./audit/audit-page.js')),
    page('/account', () => import('./account/account-page.js')),
  ]),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in-failed',
    component: SignInFailed,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/signed-out',
    component: SignedOutPage,
  }),
  createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedInPage }),
]);

function SignInFailed(): ReactElement {
  const reason = new URLSearchParams(globalThis.location.search).get('reason');
  return <SignInFailedPage reason={reason ?? 'rejected'} />;
}

export const router = createRouter({
  routeTree: tree,
  basepath: '/dashboard',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
