import { Button } from '@mantine/core';
import { Notice } from '@nomo/ui';
import { type ReactElement } from 'react';

import { useApi } from '../api/api-context.js';
import { failureOf } from '../api/failure.js';
import { failureText } from './failure-text.js';

interface Properties {
  readonly error: unknown;
  /** Does it again; shown where that may help. */
  readonly onRetry?: () => void;
}

/** A failure in words, with what support has to know and a way to try again. */
export function FailureNotice({ error, onRetry }: Properties): ReactElement {
  const api = useApi();
  const { facts } = failureOf(error);
  const { title, text, tone, retry } = failureText(facts);
  return (
    <Notice
      tone={tone}
      title={title}
      action={
        retry &&
        onRetry !== undefined && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              // Who went on without a session is asked again.
              api.recovery.reconsider();
              onRetry();
            }}
          >
            Try again
          </Button>
        )
      }
    >
      <p>{text}</p>
      {facts.errors?.map(({ path, message }) => (
        <p key={`${path} ${message}`}>
          {path !== '' && <span className="ui-mono">{path}: </span>}
          {message}
        </p>
      ))}
      {facts.requestId !== undefined && (
        <p className="failure-request">
          Request <span className="ui-mono">{facts.requestId}</span>
        </p>
      )}
    </Notice>
  );
}
