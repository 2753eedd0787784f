import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { Notice } from '@nomo/ui';
import {
  type ReactElement,
  useCallback,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';

import { useApi } from '../api/api-context.js';
import { failureOf } from '../api/failure.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { onNews } from './session-channel.js';
import { signInLink } from './sign-in-link.js';

/** Above every other dialog: the form that found the session gone stays open below. */
const ABOVE_DIALOGS = 300;

interface Properties {
  /** Who signs users in. */
  readonly provider: string;
}

/**
 * Asks to sign in again, in another tab, so that this one keeps what was typed in it. The call
 * that found the session gone waits, and goes on once the same user is back.
 */
export function SessionExpiredDialog({ provider }: Properties): ReactElement {
  const api = useApi();
  const state = useSyncExternalStore(api.recovery.subscribe, api.recovery.state);
  const [failure, setFailure] = useState<unknown>();
  const [checking, setChecking] = useState(false);

  const recover = useCallback(
    async (asked: boolean) => {
      setChecking(asked);
      setFailure(undefined);
      try {
        await api.recover();
      } catch (error) {
        // Coming back to this tab without having signed in is no failure.
        if (asked || failureOf(error).code !== 'session_required') setFailure(error);
      } finally {
        setChecking(false);
      }
    },
    [api],
  );

  const needed = state.status === 'needed';
  useEffect(() => {
    if (!needed) return undefined;
    const look = (): void => {
      if (document.visibilityState === 'visible') void recover(false);
    };
    document.addEventListener('visibilitychange', look);
    const stop = onNews('signed-in', () => void recover(false));
    return () => {
      document.removeEventListener('visibilitychange', look);
      stop();
    };
  }, [needed, recover]);

  const decline = (): void => {
    setFailure(undefined);
    api.recovery.decline();
  };
  return (
    <>
      <Modal
        opened={needed}
        onClose={decline}
        title="Your session has ended"
        zIndex={ABOVE_DIALOGS}
        closeButtonProps={{ 'aria-label': 'Go on signed out' }}
        // The key would close the form below it as well.
        closeOnEscape={false}
        closeOnClickOutside={false}
      >
        <Stack gap="md">
          <Text size="sm">
            Sign in again in a new tab, then come back. What you entered here stays, and what
            you asked for goes on.
          </Text>
          {failure !== undefined &&
            (failureOf(failure).code === 'session_required' ? (
              <Notice tone="warning" title="You are still signed out" />
            ) : (
              <FailureNotice error={failure} />
            ))}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" loading={checking} onClick={() => void recover(true)}>
              I am signed in again
            </Button>
            <Button
              component="a"
              href={signInLink('/dashboard/signed-in')}
              target="_blank"
              rel="noopener"
              data-autofocus
            >
              Sign in with {provider}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Modal
        opened={state.status === 'other-user'}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title="Somebody else is signed in"
        zIndex={ABOVE_DIALOGS}
      >
        <Stack gap="md">
          <Text size="sm">
            This browser is now signed in as{' '}
            <b>{state.status === 'other-user' && state.email}</b>. Nothing that you entered here
            was sent for that account.
          </Text>
          <Group justify="flex-end">
            <Button
              data-autofocus
              onClick={() => {
                globalThis.location.assign('/dashboard');
              }}
            >
              Open that account
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
