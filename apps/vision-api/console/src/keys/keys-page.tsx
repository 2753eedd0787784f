import { Button, Checkbox } from '@mantine/core';
import { EmptyState, Icon, Notice, PageHeader, Panel } from '@nomo/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';

import { useKeys } from '../api/queries.js';
import { type Key } from '../api/schemas.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { useNow } from '../texts/use-now.js';
import { CreateKeyDialog } from './create-key-dialog.js';
import { KeyList, KeyListSkeleton } from './key-list.js';
import { keyStatus } from './key-status.js';
import { RevokeKeyDialog } from './revoke-key-dialog.js';

/** The account's API keys. */
export default function KeysPage(): ReactElement {
  const keys = useKeys();
  const now = useNow();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const [revoked, setRevoked] = useState<Key>();
  const [showAll, setShowAll] = useState(false);
  const notice = useRef<HTMLDivElement>(null);

  // The button that was pressed is gone with its key: the focus goes to what came of it.
  useEffect(() => {
    if (revoked !== undefined) notice.current?.focus();
  }, [revoked]);

  const all = keys.data ?? [];
  const past = all.filter((key) => keyStatus(key, now) !== 'active');
  const shown = showAll ? all : all.filter((key) => keyStatus(key, now) === 'active');
  return (
    <>
      <PageHeader
        title="API keys"
        product={PRODUCT}
        lead="A key lets a program ask nomosly in your name. Give each program its own, with no more than it needs."
        actions={
          <Button
            leftSection={<Icon name="plus" size={16} />}
            onClick={() => {
              setRevoked(undefined);
              setCreating(true);
            }}
          >
            Create key
          </Button>
        }
      />
      <div className="console-stack">
        {revoked !== undefined && (
          <div ref={notice} tabIndex={-1}>
            <Notice tone="good" title={`“${revoked.name}” is revoked`}>
              The next request with this key is refused.
            </Notice>
          </div>
        )}
        {keys.error !== null && (
          <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />
        )}
        {keys.isPending && <KeyListSkeleton />}
        {keys.data !== undefined && (
          <Panel
            {...(all.length > 0 && { title: counted(shown.length) })}
            flush
            aside={
              past.length > 0 && (
                <Checkbox
                  size="xs"
                  label={`Show revoked and expired (${String(past.length)})`}
                  checked={showAll}
                  onChange={(event) => {
                    setShowAll(event.currentTarget.checked);
                  }}
                />
              )
            }
          >
            {shown.length === 0 ? (
              <EmptyState
                icon="keys"
                title={all.length === 0 ? 'No key yet' : 'No key in use'}
                action={
                  <Button
                    onClick={() => {
                      setCreating(true);
                    }}
                  >
                    {all.length === 0 ? 'Create your first key' : 'Create a key'}
                  </Button>
                }
              >
                A key takes a name and what it may do. Its secret is shown once, with a line to
                try it.
              </EmptyState>
            ) : (
              <KeyList keys={shown} now={now} onRevoke={setRevoking} />
            )}
          </Panel>
        )}
      </div>
      <CreateKeyDialog
        opened={creating}
        onClose={() => {
          setCreating(false);
        }}
      />
      <RevokeKeyDialog
        target={revoking}
        onClose={() => {
          setRevoking(undefined);
        }}
        onRevoked={(key) => {
          setRevoking(undefined);
          setRevoked(key);
        }}
      />
    </>
  );
}

const counted = (keys: number): string => `${String(keys)} ${keys === 1 ? 'key' : 'keys'}`;
