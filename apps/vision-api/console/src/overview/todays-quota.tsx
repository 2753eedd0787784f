import { Meter, Panel } from '@nomo/ui';
import { type ReactElement } from 'react';

import { type Key, type Usage } from '../api/schemas.js';
import { clockText, numberText } from '../texts/times.js';

interface Properties {
  readonly usage: Usage;
  /** Those in use. */
  readonly keys: readonly Key[];
}

/** More would push what follows out of sight. */
const MAX_SHOWN = 5;

/** How much of its quota each key has used today, the busiest first. */
export function TodaysQuota({ usage, keys }: Properties): ReactElement {
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  const busiest = usage.today.keys
    .filter(({ keyId }) => names.has(keyId))
    .sort((one, other) => other.used / other.limit - one.used / one.limit);
  return (
    <Panel title="Today’s quota">
      <div className="overview-quota">
        {busiest.length === 0 && <p className="overview-nothing">No key was used today.</p>}
        {busiest.slice(0, MAX_SHOWN).map(({ keyId, limit, used }) => (
          <Meter
            key={keyId}
            label={names.get(keyId) ?? keyId}
            value={used}
            max={limit}
            text={`${numberText(used)} of ${numberText(limit)}`}
          />
        ))}
        <p className="overview-reset">
          {busiest.length > MAX_SHOWN &&
            `${String(busiest.length - MAX_SHOWN)} more used less. `}
          Starts anew at {clockText(usage.today.resetAt)}.
        </p>
      </div>
    </Panel>
  );
}
