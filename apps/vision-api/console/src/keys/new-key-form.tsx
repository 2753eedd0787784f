import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Radio,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { type ReactElement, type SubmitEvent, useState } from 'react';

import { useApi } from '../api/api-context.js';
import { type ApiFailure, failureOf } from '../api/failure.js';
import { CreatedKey, SCOPES } from '../api/schemas.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { operations } from '../texts/operations.js';
import {
  EXPIRIES,
  newKeyErrors,
  type NewKeyErrors,
  type NewKeyForm as Form,
  newKeyRequest,
} from './new-key.js';
import './new-key.css';

interface Properties {
  readonly onCancel: () => void;
  readonly onSending: (sending: boolean) => void;
  readonly onCreated: (created: CreatedKey) => void;
}

const empty: Form = { name: '', scopes: [], mode: 'live', expiry: 'never', expiryDate: '' };

export function NewKeyForm({ onCancel, onSending, onCreated }: Properties): ReactElement {
  const api = useApi();
  const [form, setForm] = useState(empty);
  const [errors, setErrors] = useState<NewKeyErrors>({});
  const [failure, setFailure] = useState<ApiFailure>();
  const [sending, setSending] = useState(false);
  const change = (changes: Partial<Form>): void => {
    setForm({ ...form, ...changes });
  };

  const send = async (): Promise<void> => {
    const now = Date.now();
    const found = newKeyErrors(form, now);
    setErrors(found);
    setFailure(undefined);
    if (Object.keys(found).length > 0) return;
    setSending(true);
    onSending(true);
    try {
      onCreated(await api.post('/keys', newKeyRequest(form, now), CreatedKey));
    } catch (error) {
      const refused = failureOf(error);
      const ofFields = fieldErrors(refused);
      setErrors(ofFields);
      if (Object.keys(ofFields).length === 0) setFailure(refused);
      setSending(false);
      onSending(false);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void send();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <TextInput
          label="Name"
          description="What uses it, so that you know it again: “checkout service”."
          value={form.name}
          error={errors.name}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onChange={(event) => {
            change({ name: event.currentTarget.value });
          }}
        />
        <Checkbox.Group
          label="It may"
          value={[...form.scopes]}
          error={errors.scopes}
          onChange={(values) => {
            change({ scopes: SCOPES.filter((scope) => values.includes(scope)) });
          }}
        >
          <div className="new-key-scopes">
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={operations[scope].label}
                description={operations[scope].hint}
              />
            ))}
          </div>
        </Checkbox.Group>
        <div className="new-key-columns">
          <Radio.Group
            label="For"
            value={form.mode}
            onChange={(value) => {
              change({ mode: value === 'test' ? 'test' : 'live' });
            }}
          >
            <Group gap="lg" mt={8}>
              <Radio value="live" label="Live use" />
              <Radio value="test" label="Tests" />
            </Group>
          </Radio.Group>
          <div>
            <NativeSelect
              label="Expires"
              data={[...EXPIRIES]}
              value={form.expiry}
              error={form.expiry === 'date' ? undefined : errors.expiresAt}
              onChange={(event) => {
                const chosen = event.currentTarget.value;
                const expiry = EXPIRIES.find(({ value }) => value === chosen);
                if (expiry !== undefined) change({ expiry: expiry.value });
              }}
            />
            {form.expiry === 'date' && (
              <TextInput
                type="date"
                aria-label="Last day"
                mt="xs"
                value={form.expiryDate}
                error={errors.expiresAt}
                onChange={(event) => {
                  change({ expiryDate: event.currentTarget.value });
                }}
              />
            )}
          </div>
        </div>
        {failure !== undefined && (
          <>
            <FailureNotice error={failure} />
            {failure.code === 'unreachable' && (
              <Text size="sm" c="dimmed">
                If the key turns up in the list all the same, revoke it: nobody has seen its
                secret.
              </Text>
            )}
          </>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={sending}>
            Cancel
          </Button>
          <Button type="submit" loading={sending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the service refused, by field. */
function fieldErrors({ facts }: ApiFailure): NewKeyErrors {
  const errors: NewKeyErrors = {};
  for (const { path, message } of facts.errors ?? []) {
    const [field] = path.split('.');
    if (field === 'name' || field === 'scopes' || field === 'expiresAt')
      errors[field] = message;
  }
  return errors;
}
