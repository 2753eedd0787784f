import { Panel } from '@nomo/ui';
import { Link } from '@tanstack/react-router';
import { type ReactElement } from 'react';

import { type Key } from '../api/schemas.js';
import { KeyBadges } from '../keys/key-badges.js';
import { Moment } from '../texts/moment.js';

interface Properties {
  readonly keys: readonly Key[];
  readonly now: number;
}

const MAX_SHOWN = 5;

/** The newest keys. */
export function RecentKeys({ keys, now }: Properties): ReactElement {
  return (
    <Panel
      title="Newest keys"
      flush
      aside={
        <Link to="/keys" className="overview-aside">
          All keys
        </Link>
      }
    >
      <ul className="overview-keys">
        {keys.slice(0, MAX_SHOWN).map((key) => (
          <li key={key.id}>
            <span className="overview-key-name">
              {key.name} <KeyBadges apiKey={key} now={now} />
            </span>
            <span className="ui-faint">
              {key.lastUsedAt === null ? (
                'never used'
              ) : (
                <>
                  used <Moment iso={key.lastUsedAt} />
                </>
              )}
            </span>
          </li>
        ))}
        {keys.length === 0 && <li className="ui-faint">None but the playground’s own.</li>}
      </ul>
    </Panel>
  );
}
