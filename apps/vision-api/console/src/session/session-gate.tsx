import { Button, Loader } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement, type ReactNode, useEffect } from 'react';

import { failureOf } from '../api/failure.js';
import { useSession } from '../api/queries.js';
import { Brand, PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { onNews } from './session-channel.js';
import { SessionContext } from './session-context.js';
import { SessionExpiredDialog } from './session-expired-dialog.js';
import { SignInPage } from './sign-in-page.js';

/** Shows the console to who is signed in, and to everybody else how to sign in. */
export function SessionGate({ children }: { readonly children: ReactNode }): ReactElement {
  const { data: session, error, refetch } = useSession();
  useEffect(
    () =>
      // What is shown here is nobody's to see any more.
      onNews('signed-out', () => {
        globalThis.location.reload();
      }),
    [],
  );
  if (session !== undefined) {
    return (
      <SessionContext value={session}>
        {children}
        <SessionExpiredDialog provider={session.provider.name} />
      </SessionContext>
    );
  }
  if (error === null) {
    return (
      <div className="console-opening" role="status">
        <Loader size="sm" type="dots" aria-hidden="true" />
        <span className="ui-visually-hidden">Opening the console</span>
      </div>
    );
  }
  if (failureOf(error).code === 'session_required') return <SignInPage />;
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title="The console cannot open"
      actions={<Button onClick={() => void refetch()}>Try again</Button>}
    >
      <FailureNotice error={error} />
    </StandalonePage>
  );
}
