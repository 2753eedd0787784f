import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { useApi } from '../api/api-context.js';
import { queryKeys } from '../api/queries.js';
import { type Key } from '../api/schemas.js';
import { FailureNotice } from '../failures/failure-notice.js';

interface Properties {
  /** The key that it is about; without one the dialog is closed. */
  readonly target: Key | undefined;
  readonly onClose: () => void;
  readonly onRevoked: (key: Key) => void;
}

/** Asks once more before a key is refused for good. */
export function RevokeKeyDialog({ target, onClose, onRevoked }: Properties): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  // The dialog fades with the words that it had.
  const [shown, setShown] = useState(target);
  if (target !== undefined && target !== shown) {
    setShown(target);
    setFailure(undefined);
  }

  const revoke = async (key: Key): Promise<void> => {
    setSending(true);
    setFailure(undefined);
    try {
      await api.delete(`/keys/${encodeURIComponent(key.id)}`);
      await queries.invalidateQueries({ queryKey: queryKeys.keys });
      onRevoked(key);
    } catch (error) {
      setFailure(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <Modal
      opened={target !== undefined}
      onClose={() => {
        if (!sending) onClose();
      }}
      title={`Revoke “${shown?.name ?? ''}”?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        <Text size="sm">
          Whatever still uses this key is refused from its next request on. This cannot be
          undone.
        </Text>
        {failure !== undefined && <FailureNotice error={failure} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={sending} data-autofocus>
            Keep it
          </Button>
          <Button
            color="red"
            loading={sending}
            onClick={() => {
              if (target !== undefined) void revoke(target);
            }}
          >
            Revoke key
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
