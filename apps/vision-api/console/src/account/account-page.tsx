import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { PageHeader, Panel } from '@nomo/ui';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';

import { useApi } from '../api/api-context.js';
import { queryKeys } from '../api/queries.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { announce } from '../session/session-channel.js';
import { useSignedIn } from '../session/session-context.js';
import { SignOutButton } from '../shell/sign-out-button.js';
import { momentText, numberText, sizeText } from '../texts/times.js';
import './account.css';

/** Who is signed in, for how long, and what the account may do. */
export default function AccountPage(): ReactElement {
  const { user, provider, sessions, expiresAt, idleExpiresAt, limits } = useSignedIn();
  const [ending, setEnding] = useState(false);
  const queries = useQueryClient();
  // Another browser may have come or gone since the console was opened.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: queryKeys.session });
  }, [queries]);
  return (
    <>
      <PageHeader title="Account" product={PRODUCT} />
      <div className="console-stack">
        <Panel title="You">
          <dl className="account-facts">
            <Fact term="Name">{user.name ?? 'Not told by your provider'}</Fact>
            <Fact term="E-mail">{user.email}</Fact>
            <Fact term="Signs you in">
              {provider.name} <span className="ui-faint">{provider.issuer}</span>
            </Fact>
            <Fact term="Account id">
              <span className="ui-mono">{user.id}</span>
            </Fact>
          </dl>
          <p className="account-note">
            Name and address come from {provider.name}; change them there. nomosly holds no
            password of yours.
          </p>
        </Panel>
        <Panel title="Sessions">
          <dl className="account-facts">
            <Fact term="Signed in">
              {sessions === 1
                ? 'Here only'
                : `In ${numberText(sessions)} browsers, this one among them`}
            </Fact>
            <Fact term="This session ends">
              {momentText(expiresAt)}{' '}
              <span className="ui-faint">
                at the latest; unused, {momentText(idleExpiresAt)}
              </span>
            </Fact>
          </dl>
          <Group gap="sm" mt="md" align="center">
            <Button
              variant="default"
              onClick={() => {
                setEnding(true);
              }}
            >
              Sign out everywhere
            </Button>
            <SignOutButton />
          </Group>
        </Panel>
        <Panel title="Limits">
          <dl className="account-facts">
            <Fact term="Each key">{numberText(limits.keyQuotaPerDay)} requests a UTC day</Fact>
            <Fact term="The service">
              {numberText(limits.ratePerSecond)} requests a second,{' '}
              {numberText(limits.rateBurst)} at once
            </Fact>
            <Fact term="An image">
              {sizeText(limits.maxImageBytes)} at most; JPEG, PNG or WebP
            </Fact>
          </dl>
        </Panel>
      </div>
      <EndAllSessions
        opened={ending}
        onClose={() => {
          setEnding(false);
        }}
      />
    </>
  );
}

function Fact(props: { readonly term: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function EndAllSessions(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const api = useApi();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const end = async (): Promise<void> => {
    setSending(true);
    setFailure(undefined);
    try {
      const next = await api.endAllSessions();
      announce('signed-out');
      globalThis.location.assign(next);
    } catch (error) {
      setFailure(error);
      setSending(false);
    }
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Sign out everywhere?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        <Text size="sm">
          Every browser that is signed in to this account is signed out, this one too. Your API
          keys go on working.
        </Text>
        {failure !== undefined && <FailureNotice error={failure} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Stay signed in
          </Button>
          <Button loading={sending} onClick={() => void end()}>
            Sign out everywhere
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
