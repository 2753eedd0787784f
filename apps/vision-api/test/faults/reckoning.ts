import { verifyAudit } from '@nomo/audit';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenUsage } from '../../src/usage/open-usage.js';
import { type TestKey } from '../support/stack.js';
import { type Scene } from './scene.js';
import { DAILY_QUOTA } from './stage.js';

const LOOK_EVERY_MS = 50;

/**
 * Longer than the lock of a batch whose worker was killed, and the look for such locks; and than
 * a process that was killed is taken for alive.
 */
const SETTLED_WITHIN_MS = 60_000;

/** Answers that are no use of the service, and neither counted nor recorded. */
const NOT_METERED = new Set([401, 429, 503]);

/** Sums over all keys. */
export interface Figures {
  readonly sent: number;
  /** Answered by something that counts: neither 401, 429 nor 503. */
  readonly answered: number;
  /** 401 and 429. */
  readonly refused: number;
  /** 503. */
  readonly unavailable: number;
  /** Sent, and cut off before an answer came. */
  readonly unanswered: number;
  readonly recorded: number;
  /** How much of that with keys that can still be used: what their counters have to say. */
  readonly recordedOfUsable: number;
  readonly counted: number;
}

/** What was sent with one key, and what became of it. */
interface Tally {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  readonly unavailable: number;
  readonly unanswered: number;
  readonly byStatus: ReadonlyMap<number, number>;
}

/** What the stores know of one key. */
interface Known {
  readonly rows: number;
  readonly sum: number;
  readonly counted: number;
  readonly byStatus: ReadonlyMap<number, number>;
}

/** Holds what was answered against what was recorded and counted. */
export class Reckoning {
  private readonly wrong: string[] = [];

  constructor(private readonly scene: Scene) {}

  /** Waits until nothing is left to be done: neither usage nor audit events wait. */
  async settle(): Promise<void> {
    const { stage } = this.scene;
    const journal = new OpenUsage(stage.connection);
    const end = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      // In the order in which it goes: what leaves the one is in the next by then.
      // A Redis that is just back refuses this connection for a moment: that is not settled.
      const open = await journal.count().catch(() => Number.POSITIVE_INFINITY);
      const counts = await stage.queue.getJobCounts('wait', 'active', 'delayed');
      const jobs = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const events = await this.outbox();
      if (open + jobs + events === 0) return;
      if (performance.now() > end) {
        this.wrong.push(
          `${open} requests, ${jobs} batches and ${events} audit events still wait`,
        );
        return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async addUp(): Promise<{ figures: Figures; wrong: string[] }> {
    const { stage, keys, lost } = this.scene;
    const unrecorded = await this.unrecorded();
    const total = {
      sent: 0,
      answered: 0,
      refused: 0,
      unavailable: 0,
      unanswered: 0,
      recorded: 0,
      recordedOfUsable: 0,
      counted: 0,
    };
    for (const key of keys) {
      const tally = this.tally(key);
      const known = await this.known(key);
      const missing = unrecorded.get(key.id) ?? 0;
      this.compare(key, tally, known, missing);
      total.sent += tally.sent;
      total.answered += tally.answered;
      total.refused += tally.refused;
      total.unavailable += tally.unavailable;
      total.unanswered += tally.unanswered;
      total.recorded += known.rows;
      if (this.isUsable(key)) {
        total.recordedOfUsable += known.rows;
        total.counted += known.counted;
      }
    }
    this.lookAtRevoked();
    const { decidedOnPostgres, scenario } = this.scene;
    if (decidedOnPostgres > 0 && scenario.allows?.miscounted === undefined) {
      this.scene.remarks.push(
        `${decidedOnPostgres} found a Redis too slow that nobody touched`,
      );
    }
    if (lost.size > 0) {
      const gone = [...unrecorded.values()].reduce((sum, count) => sum + count, 0);
      this.scene.remarks.push(`${gone} answers were in the Redis that was lost`);
    }
    const dead = await stage.queue.getFailedCount();
    if (dead > 0) this.wrong.push(`${dead} dead letters`);
    const { checkpoints } = stage;
    const { findings, events } = await verifyAudit(stage.audit, { checkpoints });
    for (const finding of findings) this.wrong.push(`the chain: ${JSON.stringify(finding)}`);
    if (events === 0) this.wrong.push('there is no chain');
    return { figures: total, wrong: this.wrong };
  }

  private compare(key: TestKey, tally: Tally, known: Known, missing: number): void {
    const { scenario, ordinary, limited } = this.scene;
    const { unavailable = false, recordedThough503 = 0 } = scenario.allows ?? {};
    // On a machine that is too busy a process may lose sight of a Redis that nobody touched. What
    // it decided on PostgreSQL then was under way when the counter changed, or came after it.
    const miscounted = scenario.allows?.miscounted ?? this.scene.decidedOnPostgres;
    const says = (text: string): void => {
      this.wrong.push(`${this.nameOf(key)}: ${text} (${describe(tally, known, missing)})`);
    };
    const rows = known.rows + missing;
    const most = tally.answered + tally.unanswered + recordedThough503;
    if (rows < tally.answered) says('answers are not recorded');
    if (rows > most) says('more is recorded than was answered');
    if (missing === 0) {
      for (const [status, answers] of tally.byStatus) {
        if ((known.byStatus.get(status) ?? 0) < answers) says(`${status}s are not recorded`);
      }
    }
    if (known.sum !== known.rows) says(`the hours add up to ${known.sum}`);
    const allowed = miscounted + tally.unanswered + recordedThough503;
    if (known.counted > rows + allowed) says('too much is counted');
    if (this.isUsable(key) && known.counted < known.rows - miscounted) {
      says('too little is counted');
    }
    if (ordinary.includes(key)) {
      if (tally.refused > 0) says('a good key was refused');
      if (tally.unavailable > 0 && !unavailable) {
        says(`a good key was answered 503: ${this.reasons(key).join(', ')}`);
      }
    }
    const left = limited.find((candidate) => candidate.key === key)?.left;
    if (left !== undefined) {
      this.scene.remarks.push(`${tally.answered} answers to a key that had ${left} left`);
      if (tally.answered > left + miscounted) says(`it had only ${left} requests left`);
    }
  }

  private reasons(key: TestKey): string[] {
    const codes = this.scene.load
      .of(key.id)
      .filter(({ status }) => status === 503)
      .map(({ code, milliseconds }) => `${code ?? '?'} after ${Math.round(milliseconds)} ms`);
    return [...new Set(codes)];
  }

  /** Nobody passes with a key whose revocation was confirmed before he asked. */
  private lookAtRevoked(): void {
    const { load, revokedBefore, revokedWithin, revokedAt } = this.scene;
    const passed = (key: TestKey, since: number): number =>
      load
        .of(key.id)
        .filter(({ at, status }) => at > since && status !== undefined)
        .filter(({ status }) => status !== 401 && status !== 503).length;
    const within = passed(revokedWithin, revokedAt);
    if (within > 0) this.wrong.push(`${within} passed with the key that was revoked within`);
    if (revokedAt === Number.POSITIVE_INFINITY) this.wrong.push('no key was revoked');
    // Its first requests came before its revocation: one to each process.
    const before = passed(revokedBefore, 0) - this.scene.stage.apis.length;
    if (before > 0) this.wrong.push(`${before} passed with the key that was revoked before`);
  }

  private tally(key: TestKey): Tally {
    const sent = this.scene.load.of(key.id);
    const byStatus = new Map<number, number>();
    let refused = 0;
    let unavailable = 0;
    let unanswered = 0;
    let answered = 0;
    for (const { status } of sent) {
      if (status === undefined) unanswered += 1;
      else if (status === 503) unavailable += 1;
      else if (NOT_METERED.has(status)) refused += 1;
      else {
        answered += 1;
        byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      }
    }
    return { sent: sent.length, answered, refused, unavailable, unanswered, byStatus };
  }

  private async known({ id, userId }: TestKey): Promise<Known> {
    const { stage, limited } = this.scene;
    const left = limited.find(({ key }) => key.id === id)?.left ?? DAILY_QUOTA;
    const { rows: recorded } = await stage.withSql((sql) =>
      sql.query<{ status: number; rows: number }>(
        `SELECT status, count(*)::int AS rows FROM usage_records
         WHERE user_id = $1 AND key_id = $2 GROUP BY status`,
        [userId, id],
      ),
    );
    const { rows: sums } = await stage.withSql((sql) =>
      sql.query<{ sum: number }>(
        `SELECT coalesce(sum(requests), 0)::int AS sum FROM usage_hours
         WHERE user_id = $1 AND key_id = $2`,
        [userId, id],
      ),
    );
    return {
      rows: recorded.reduce((sum, { rows }) => sum + rows, 0),
      sum: sums[0]?.sum ?? 0,
      counted: (await stage.countOf(id)) - (DAILY_QUOTA - left),
      byStatus: new Map(recorded.map(({ status, rows }) => [status, rows])),
    };
  }

  /** Of what Redis has lost, how much has not been recorded, by key id. */
  private async unrecorded(): Promise<ReadonlyMap<string, number>> {
    const { stage, lost } = this.scene;
    const { rows } = await stage.withSql((sql) =>
      sql.query<{ event_id: string }>(
        'SELECT event_id FROM usage_records WHERE event_id = ANY ($1::uuid[])',
        [[...lost.keys()]],
      ),
    );
    const recorded = new Set(rows.map(({ event_id }) => event_id));
    const missing = new Map<string, number>();
    for (const [eventId, keyId] of lost) {
      if (!recorded.has(eventId)) missing.set(keyId, (missing.get(keyId) ?? 0) + 1);
    }
    return missing;
  }

  private async outbox(): Promise<number> {
    const { rows } = await this.scene.stage.withSql((sql) =>
      sql.query<{ waiting: number }>('SELECT count(*)::int AS waiting FROM audit_outbox'),
    );
    return rows[0]?.waiting ?? 0;
  }

  /** The count of a key that nobody can use any more is raised by nobody. */
  private isUsable(key: TestKey): boolean {
    return key !== this.scene.revokedBefore && key !== this.scene.revokedWithin;
  }

  private nameOf(key: TestKey): string {
    const { ordinary, revokedBefore, revokedWithin } = this.scene;
    if (key === revokedBefore) return 'the key revoked before';
    if (key === revokedWithin) return 'the key revoked within';
    return ordinary.includes(key) ? 'a good key' : 'a key with little left';
  }
}

function describe(tally: Tally, known: Known, missing: number): string {
  const { answered, unanswered, unavailable, refused } = tally;
  return (
    `answered ${answered}, unanswered ${unanswered}, 503 ${unavailable}, refused ${refused}; ` +
    `recorded ${known.rows}, counted ${known.counted}, lost ${missing}`
  );
}
