import { Injectable } from '@nestjs/common';
import { type RefreshExchange, type RefreshTokenState } from '@nomo/oauth-engine';
import pLimit from 'p-limit';
import { AuditTrail } from '../../audit/audit-trail.js';
import { type Origin } from '../../audit/origin.js';
import { DatabaseAway } from '../../database/database-away.js';
import { Pipelines } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { AskedTogether } from './asked-together.js';
import { catalogueEventOf } from './audit-events.js';
import { exchangeRefreshTokens, findRefreshTokens } from './refresh-statements.js';

/** Each holds one of the ten connections for transactions: the others are everybody else's. */
const MOST_WAITING_FOR_A_FAMILY = 4;

interface Asked {
  readonly exchange: RefreshExchange;
  readonly origin: Origin;
}

/**
 * Refresh tokens outside the transaction of a request: those that are looked up at the same time
 * share a question, and those that are exchanged at the same time share a transaction and with it
 * a write to the disk.
 */
@Injectable()
export class RefreshTokens {
  readonly #states: AskedTogether<Uint8Array, RefreshTokenState | undefined>;
  readonly #exchanges: AskedTogether<Asked, boolean>;
  readonly #oneByOne = pLimit(MOST_WAITING_FOR_A_FAMILY);

  constructor(
    private readonly pipelines: Pipelines,
    private readonly audit: AuditTrail,
  ) {
    this.#states = new AskedTogether((realm, digests) =>
      findRefreshTokens(this.pipelines.of(realm.orgId), realm, digests),
    );
    this.#exchanges = new AskedTogether((realm, asked) => this.#exchangeAll(realm, asked));
  }

  find(realm: RealmKey, digest: Uint8Array): Promise<RefreshTokenState | undefined> {
    return this.#states.ask(realm, nameOf(digest), digest);
  }

  /** @returns whether it was exchanged, now and by this call */
  exchange(realm: RealmKey, origin: Origin, exchange: RefreshExchange): Promise<boolean> {
    // Never twice the same: each has drawn a successor of its own.
    const name = nameOf(exchange.successor.digest);
    return this.#exchanges.ask(realm, name, { exchange, origin });
  }

  async #exchangeAll(
    realm: RealmKey,
    asked: readonly Asked[],
  ): Promise<readonly (boolean | Promise<boolean>)[]> {
    const done = await this.#exchange(realm, asked, 'pass over').catch((error: unknown) => {
      if (error instanceof DatabaseAway) throw error;
      // Nothing of any of them was kept, and what was wrong with one is no other's.
      return new Set<RefreshExchange>();
    });
    const tokens = new Set([...done].map(({ digest }) => nameOf(digest)));
    return asked.map((one) => {
      if (done.has(one.exchange)) return true;
      // Another of them has exchanged it.
      if (tokens.has(nameOf(one.exchange.digest))) return false;
      return this.#oneByOne(async () => {
        return (await this.#exchange(realm, [one], 'wait')).has(one.exchange);
      });
    });
  }

  async #exchange(
    realm: RealmKey,
    asked: readonly Asked[],
    held: 'wait' | 'pass over',
  ): Promise<ReadonlySet<RefreshExchange>> {
    return this.pipelines.withTenant(realm.orgId, async (tx) => {
      const exchanges = asked.map(({ exchange }) => exchange);
      const done = new Set(await exchangeRefreshTokens(tx, realm, exchanges, held));
      for (const { exchange, origin } of asked) {
        if (!done.has(exchange)) continue;
        const event = catalogueEventOf(exchange.event, realm.mode);
        await this.audit.record(tx, realm.orgId, origin, event);
      }
      return done;
    });
  }
}

function nameOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('base64');
}
