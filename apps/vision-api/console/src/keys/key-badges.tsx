import { type ReactElement } from 'react';

import { type Key } from '../api/schemas.js';
import { keyStatus } from './key-status.js';
import './key-badges.css';

interface Properties {
  readonly apiKey: Key;
  readonly now: number;
}

/** What is unusual about a key: a live one in use has no badge. */
export function KeyBadges({ apiKey, now }: Properties): ReactElement {
  const status = keyStatus(apiKey, now);
  return (
    <>
      {apiKey.mode === 'test' && <span className="key-badge">Test</span>}
      {apiKey.playground && <span className="key-badge">Playground</span>}
      {status === 'expired' && (
        <span className="key-badge" data-tone="warning">
          Expired
        </span>
      )}
      {status === 'revoked' && (
        <span className="key-badge" data-tone="bad">
          Revoked
        </span>
      )}
    </>
  );
}
