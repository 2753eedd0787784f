import { Button } from '@mantine/core';
import { Icon } from '@nomo/ui';
import { type ReactElement, useState } from 'react';

import { useApi } from '../api/api-context.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { announce } from '../session/session-channel.js';

/** Ends this session, here and at the provider. */
export function SignOutButton(): ReactElement {
  const api = useApi();
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const signOut = async (): Promise<void> => {
    setLeaving(true);
    setFailure(undefined);
    try {
      const next = await api.signOut();
      announce('signed-out');
      globalThis.location.assign(next);
    } catch (error) {
      setFailure(error);
      setLeaving(false);
    }
  };
  return (
    <>
      {failure !== undefined && <FailureNotice error={failure} />}
      <Button
        variant="subtle"
        size="compact-sm"
        color="gray"
        className="console-sign-out"
        leftSection={<Icon name="signOut" size={16} />}
        loading={leaving}
        onClick={() => void signOut()}
      >
        Sign out
      </Button>
    </>
  );
}
