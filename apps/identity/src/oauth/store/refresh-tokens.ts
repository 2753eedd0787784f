import { Injectable, Logger } from '@nestjs/common';
import { type RefreshExchange, type RefreshTokenState } from '@nomo/oauth-engine';
import pLimit, { type LimitFunction } from 'p-limit';
import { AuditTrail } from '../../audit/audit-trail.js';
import { type Origin } from '../../audit/origin.js';
import { DatabaseAway } from '../../database/database-away.js';
import { Pipelines } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { AskedTogether } from './asked-together.js';
import { catalogueEventOf } from './audit-events.js';
import { exchangeRefreshTokens, findRefreshTokens } from './refresh-statements.js';

/** Each holds a connection for transactions: half of the ten, of one realm a quarter. */
const MOST_ALONE = 5;
const MOST_ALONE_OF_A_REALM = 2;
/** Whoever has waited so long to be tried alone is told to come back: what holds families up lasts. */
const LONGEST_WAIT_MS = 5_000;

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
  readonly #alone = pLimit(MOST_ALONE);
  readonly #aloneByRealm = new Map<string, LimitFunction>();
  readonly #logger = new Logger('RefreshTokens');

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
    let mayBeDone = false;
    const done = await this.#exchange(realm, asked, 'pass over').catch((error: unknown) => {
      mayBeDone = error instanceof CommitUnanswered;
      if (error instanceof DatabaseAway || (asked.length === 1 && !mayBeDone)) throw error;
      // Otherwise nothing of any of them was kept, and what was wrong with one is no other's.
      this.#logger.warn(error, `${asked.length} refreshes of one transaction are tried alone`);
      return new Set<RefreshExchange>();
    });
    const tokens = new Set([...done].map(({ digest }) => nameOf(digest)));
    return asked.map((one) => {
      if (done.has(one.exchange)) return true;
      // Another of them has exchanged it.
      if (tokens.has(nameOf(one.exchange.digest))) return false;
      return this.#inTurn(realm, () => this.#exchangeAlone(realm, one, mayBeDone));
    });
  }

  /** Waits for the family, and with it for a commit of the same that nobody has heard of. */
  async #exchangeAlone(realm: RealmKey, one: Asked, mayBeDone: boolean): Promise<boolean> {
    const done = await this.#exchange(realm, [one], 'wait').catch((error: unknown) => {
      throw error instanceof CommitUnanswered ? new DatabaseAway(error.cause) : error;
    });
    if (done.has(one.exchange) || !mayBeDone) return done.has(one.exchange);
    const asks = this.pipelines.of(realm.orgId);
    const [successor] = await findRefreshTokens(asks, realm, [one.exchange.successor.digest]);
    return successor !== undefined;
  }

  /** A few at a time: what waits for a family holds a connection meanwhile. */
  async #inTurn<Result>(realm: RealmKey, work: () => Promise<Result>): Promise<Result> {
    const since = performance.now();
    const key = `${realm.orgId} ${realm.mode}`;
    const ofRealm = this.#aloneByRealm.get(key) ?? pLimit(MOST_ALONE_OF_A_REALM);
    this.#aloneByRealm.set(key, ofRealm);
    try {
      return await ofRealm(() =>
        this.#alone(() => {
          if (performance.now() - since <= LONGEST_WAIT_MS) return work();
          throw new DatabaseAway(new Error('too many waited for families that are held'));
        }),
      );
    } finally {
      if (ofRealm.activeCount + ofRealm.pendingCount === 0) this.#aloneByRealm.delete(key);
    }
  }

  /** @throws {CommitUnanswered} */
  async #exchange(
    realm: RealmKey,
    asked: readonly Asked[],
    held: 'wait' | 'pass over',
  ): Promise<ReadonlySet<RefreshExchange>> {
    // TypeScript does not see that the work sets it.
    let committing = false as boolean;
    try {
      return await this.pipelines.withTenant(realm.orgId, async (tx) => {
        const exchanges = asked.map(({ exchange }) => exchange);
        const done = new Set(await exchangeRefreshTokens(tx, realm, exchanges, held));
        for (const { exchange, origin } of asked) {
          if (!done.has(exchange)) continue;
          const event = catalogueEventOf(exchange.event, realm.mode);
          await this.audit.record(tx, realm.orgId, origin, event);
        }
        committing = true;
        return done;
      });
    } catch (error) {
      if (committing && error instanceof DatabaseAway) throw new CommitUnanswered(error.cause);
      throw error;
    }
  }
}

/** PostgreSQL was asked to commit and went away: it may have, or may yet. */
class CommitUnanswered extends Error {
  constructor(cause: unknown) {
    super('PostgreSQL has not said whether it committed', { cause });
  }
}

function nameOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('base64');
}
