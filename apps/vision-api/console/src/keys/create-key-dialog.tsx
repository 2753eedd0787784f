import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { queryKeys } from '../api/queries.js';
import { type CreatedKey } from '../api/schemas.js';
import { NewKeySecret } from './new-key-secret.js';
import { NewKeyForm } from './new-key-form.js';

interface Properties {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a key: first what it may do, then its secret, once. */
export function CreateKeyDialog({ opened, onClose }: Properties): ReactElement {
  const [phase, setPhase] = useState<'form' | 'sending' | 'secret'>('form');
  const close = (): void => {
    // A key that is being made would lose its secret.
    if (phase === 'sending') return;
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={phase === 'secret' ? 'Your new key' : 'Create an API key'}
      size="lg"
      // A slip of the mouse costs neither what was typed nor the secret.
      closeOnClickOutside={false}
      closeOnEscape={phase === 'form'}
      closeButtonProps={{ 'aria-label': 'Close', disabled: phase === 'sending' }}
      onExitTransitionEnd={() => {
        setPhase('form');
      }}
    >
      <CreateKey onPhase={setPhase} onClose={close} />
    </Modal>
  );
}

interface CreateKeyProperties {
  readonly onPhase: (phase: 'form' | 'sending' | 'secret') => void;
  readonly onClose: () => void;
}

/** The content of the dialog, which holds the secret: both are gone once it is closed. */
function CreateKey({ onPhase, onClose }: CreateKeyProperties): ReactElement {
  const queries = useQueryClient();
  const [created, setCreated] = useState<CreatedKey>();
  if (created !== undefined) return <NewKeySecret created={created} onDone={onClose} />;
  return (
    <NewKeyForm
      onCancel={onClose}
      onSending={(sending) => {
        onPhase(sending ? 'sending' : 'form');
        // Also when the answer never came: the key may have been made all the same.
        if (!sending) void queries.invalidateQueries({ queryKey: queryKeys.keys });
      }}
      onCreated={(key) => {
        setCreated(key);
        onPhase('secret');
        void queries.invalidateQueries({ queryKey: queryKeys.keys });
      }}
    />
  );
}
