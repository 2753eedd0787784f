import { createPublicKey, type KeyObject } from 'node:crypto';

import type { CheckpointStatement } from '@nomo/security-core/hash-chain';

import type { AuditDatabase } from '../database.js';
import { AuditError } from '../errors.js';
import { writeCheckpointFile } from './file.js';
import { type CheckpointLog, readCheckpoints } from './log.js';
import { CheckpointExists, type CheckpointStore } from './store.js';

/** Statements in one file: some 3 MB of JSON. */
const largestFile = 10_000;

/** Checkpointers that run at once take turns; each turn lost means that another wrote. */
const mostAttempts = 5;

/** A chain is not what a checkpoint said of it. Nothing was signed: run `audit verify`. */
export class ChainBehindCheckpoint extends AuditError {
  readonly code = 'ERR_AUDIT_CHAIN_BEHIND_CHECKPOINT';

  constructor(readonly tenantIds: readonly string[]) {
    super(`${tenantIds.length} audit chains are not what their checkpoints say`);
  }
}

/** The checkpoints themselves are not whole. Nothing was signed: run `audit verify`. */
export class CheckpointsDamaged extends AuditError {
  readonly code = 'ERR_AUDIT_CHECKPOINTS_DAMAGED';

  constructor() {
    super('Checkpoints are missing or not as they were signed');
  }
}

/** What a checkpointer works with. */
export interface CheckpointerOptions {
  readonly database: AuditDatabase;
  readonly store: CheckpointStore;
  /** Ed25519. Whoever has it, and the store, can sign another history. */
  readonly privateKey: KeyObject;
  readonly now?: () => Date;
}

/** What a checkpointer did. */
export interface CheckpointResult {
  /** Chains that had moved. */
  readonly chains: number;
  /** The number of the last file. 0 if there is none. */
  readonly lastFile: number;
}

/** Signs where the chains stand, and puts that where the database's writers cannot reach it. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #publicKey: KeyObject;
  #log: CheckpointLog | undefined;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#publicKey = createPublicKey(options.privateKey);
  }

  /**
   * Signs the heads that have moved since the last checkpoint. Any number may run at once.
   *
   * @throws {ChainBehindCheckpoint} A chain has become shorter, or another: nothing is signed.
   * @throws {CheckpointsDamaged} A file is missing or not as it was signed.
   */
  async run(): Promise<CheckpointResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt();
      } catch (error) {
        this.#log = undefined;
        if (!(error instanceof CheckpointExists) || attempt === mostAttempts) throw error;
      }
    }
  }

  async #attempt(): Promise<CheckpointResult> {
    const { database, store, privateKey, now = () => new Date() } = this.#options;
    // Read before the heads: heads only grow, so none of them can lie behind what is read here.
    const numbers = await store.list();
    const known = this.#log?.last.number ?? -1;
    const log =
      this.#log !== undefined && numbers.at(-1) === known && numbers.length === known
        ? this.#log
        : await readCheckpoints({ store, publicKey: this.#publicKey });
    if (log.findings.length > 0) {
      throw new CheckpointsDamaged();
    }
    const at = now();
    const heads = await readHeads(database, at);
    const behind = behindOf(heads, log);
    if (behind.length > 0) {
      throw new ChainBehindCheckpoint(behind);
    }
    const moved = heads.filter(
      ({ chain, size }) => log.statements.get(chain)?.at(-1)?.size !== size,
    );
    const statements = new Map(log.statements);
    let { number, hash } = log.last;
    for (let from = 0; from < moved.length; from += largestFile) {
      const page = moved.slice(from, from + largestFile);
      const file = writeCheckpointFile(privateKey, {
        number: number + 1,
        previous: hash,
        statements: page,
        at,
      });
      await store.write(number + 1, file.bytes);
      number += 1;
      hash = file.hash;
      for (const statement of page) statements.set(statement.chain, [statement]);
    }
    this.#log = { statements, newest: [], findings: [], last: { number, hash } };
    return { chains: moved.length, lastFile: number };
  }
}

function behindOf(heads: readonly CheckpointStatement[], log: CheckpointLog): string[] {
  const byChain = new Map(heads.map((head) => [head.chain, head]));
  return Array.from(log.statements).flatMap(([chain, statements]) => {
    const last = statements.at(-1);
    const head = byChain.get(chain);
    const behind =
      last !== undefined &&
      last.size > 0 &&
      (head === undefined ||
        head.size < last.size ||
        (head.size === last.size && Buffer.compare(head.head, last.head) !== 0));
    return behind ? [chain] : [];
  });
}

/** Where all chains stand, in one statement: the heads of one moment. */
async function readHeads(database: AuditDatabase, at: Date): Promise<CheckpointStatement[]> {
  const rows = await database.asSystem(
    'audit: sign checkpoints',
    async (tx) =>
      tx.$queryRaw<{ tenant_id: string; seq: string; hash: string }[]>`
        SELECT tenant_id::text, seq::text, encode(hash, 'hex') AS hash FROM audit_heads
        WHERE seq > 0`,
    { timeoutMs: 60_000 },
  );
  return rows.map(({ tenant_id, seq, hash }) => ({
    chain: tenant_id,
    size: Number(seq),
    head: Buffer.from(hash, 'hex'),
    at,
  }));
}
