import { Button, Group, Stack } from '@mantine/core';
import { CodeBlock, Notice } from '@nomo/ui';
import { type ReactElement } from 'react';

import { type CreatedKey, SCOPES } from '../api/schemas.js';
import { requestSample } from '../snippets/request-sample.js';
import './new-key.css';

interface Properties {
  readonly created: CreatedKey;
  readonly onDone: () => void;
}

/** The secret of a new key. It is kept nowhere: who closes this without it makes another key. */
export function NewKeySecret({ created, onDone }: Properties): ReactElement {
  const { key, secret } = created;
  const operation = SCOPES.find((scope) => key.scopes.includes(scope)) ?? 'faces:detect';
  const files =
    operation === 'faces:compare'
      ? { source: 'one.jpg', target: 'other.jpg' }
      : { image: 'photo.jpg' };
  const line = requestSample('curl', {
    origin: globalThis.location.origin,
    operation,
    files,
    options: {},
    apiKey: secret,
  });
  return (
    <Stack gap="lg">
      <Notice tone="warning" title="Copy the key now" announced={false}>
        This is the only time that it is shown. Whoever has it can use it, so keep it as you
        would a password.
      </Notice>
      <div>
        <h3 className="new-key-label">{key.name}</h3>
        <CodeBlock code={secret} what="The key" wrap />
      </div>
      <div>
        <h3 className="new-key-label">Try it in a terminal</h3>
        <CodeBlock code={line} what="The curl command" wrap />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          I have stored it
        </Button>
      </Group>
    </Stack>
  );
}
