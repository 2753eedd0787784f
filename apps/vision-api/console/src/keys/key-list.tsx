import { Button, Skeleton } from '@mantine/core';
import { type ReactElement } from 'react';

import { type Key } from '../api/schemas.js';
import { Moment } from '../texts/moment.js';
import { operationLabel } from '../texts/operations.js';
import { dayText, exactText } from '../texts/times.js';
import { KeyBadges } from './key-badges.js';
import { keyStatus } from './key-status.js';
import './key-list.css';

interface Properties {
  readonly keys: readonly Key[];
  readonly now: number;
  readonly onRevoke: (key: Key) => void;
}

export function KeyList({ keys, now, onRevoke }: Properties): ReactElement {
  return (
    <ul className="key-list">
      {keys.map((key) => (
        <li key={key.id} className="key-row" data-status={keyStatus(key, now)}>
          <div className="key-name">
            <h3 className="key-title">
              {key.name} <KeyBadges apiKey={key} now={now} />
            </h3>
            <span className="ui-mono ui-faint key-id">{key.id}</span>
            <span className="key-scopes">{key.scopes.map(operationLabel).join(' · ')}</span>
          </div>
          <dl className="key-facts">
            <div>
              <dt>Last used</dt>
              <dd>{key.lastUsedAt === null ? 'Never' : <Moment iso={key.lastUsedAt} />}</dd>
            </div>
            <div>
              <dt>Created</dt>
              <dd>
                <Moment iso={key.createdAt} />
              </dd>
            </div>
            <LastFact apiKey={key} now={now} />
          </dl>
          <div className="key-action">
            {keyStatus(key, now) === 'active' && (
              <Button
                size="xs"
                variant="default"
                aria-label={`Revoke ${key.name}`}
                onClick={() => {
                  onRevoke(key);
                }}
              >
                Revoke
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** How the key ends, or ended. */
function LastFact({
  apiKey,
  now,
}: {
  readonly apiKey: Key;
  readonly now: number;
}): ReactElement {
  const status = keyStatus(apiKey, now);
  const end = status === 'revoked' ? apiKey.revokedAt : apiKey.expiresAt;
  const words = { active: 'Expires', expired: 'Expired', revoked: 'Revoked' };
  return (
    <div>
      <dt>{words[status]}</dt>
      <dd>{end === null ? 'Never' : <time title={exactText(end)}>{dayText(end)}</time>}</dd>
    </div>
  );
}

const ROWS = [1, 2, 3];

export function KeyListSkeleton(): ReactElement {
  return (
    <div role="status" className="ui-panel key-skeleton">
      <span className="ui-visually-hidden">Loading your keys</span>
      {ROWS.map((row) => (
        <div key={row}>
          <Skeleton height={14} width="30%" />
          <Skeleton height={12} width="55%" mt={10} />
        </div>
      ))}
    </div>
  );
}
