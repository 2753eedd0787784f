import type { KeyObject } from 'node:crypto';

import { chainStart, type CheckpointStatement } from '@nomo/security-core/hash-chain';

import { readCheckpointFile } from './file.js';
import type { CheckpointStore } from './store.js';

/** Older ones than these only narrow down where a chain was written anew. */
const keptForEachChain = 24;

/** What is wrong with the checkpoints themselves. */
export interface CheckpointFinding {
  /**
   * `checkpoint_missing`: a file was removed. `checkpoint_invalid`: a file is not as it was
   * signed, or does not follow the one before. `checkpoint_contradiction`: it says of a chain
   * what an earlier one excludes.
   */
  readonly kind: 'checkpoint_missing' | 'checkpoint_invalid' | 'checkpoint_contradiction';
  /** Of the file. */
  readonly number: number;
  /** The last file of those that are missing from this one on. */
  readonly through?: number;
}

/** All that the checkpoints say. */
export interface CheckpointLog {
  /** The newest statements of each chain, the newest last. */
  readonly statements: ReadonlyMap<string, readonly CheckpointStatement[]>;
  /** The chains that the newest valid file names. */
  readonly newest: readonly string[];
  /** When the newest valid file was sealed. */
  readonly newestAt?: Date;
  readonly findings: readonly CheckpointFinding[];
  /** The number and the hash of the last file. */
  readonly last: { readonly number: number; readonly hash: Uint8Array };
}

/** How checkpoints are read. */
export interface ReadCheckpointsOptions {
  readonly store: CheckpointStore;
  /** Ed25519. */
  readonly publicKey: KeyObject;
  /** So many files there have to be at least: that the last ones were removed shows in no other way. */
  readonly atLeast?: number;
  /** Only the statements of this chain. */
  readonly only?: string;
}

/** Reads and verifies all checkpoint files. What is wrong with them is a finding, not an error. */
export async function readCheckpoints({
  store,
  publicKey,
  atLeast = 0,
  only,
}: ReadCheckpointsOptions): Promise<CheckpointLog> {
  const numbers = await store.list();
  const there = new Set(numbers);
  const count = Math.max(atLeast, numbers.at(-1) ?? 0);
  const findings: CheckpointFinding[] = [];
  const statements = new Map<string, CheckpointStatement[]>();
  let newest: readonly string[] = [];
  let newestAt: Date | undefined;
  let last = { number: 0, hash: chainStart() };
  for (let number = 1; number <= count; number += 1) {
    const bytes = there.has(number) ? await store.read(number) : undefined;
    if (bytes === undefined) {
      // Those that follow on each other are one finding: there may be as many as anybody asks for.
      const through = numbers.find((other) => other > number) ?? count + 1;
      findings.push({ kind: 'checkpoint_missing', number, through: through - 1 });
      number = through - 1;
      continue;
    }
    const file = readCheckpointFile(publicKey, bytes, number, only);
    if (file === undefined) {
      findings.push({ kind: 'checkpoint_invalid', number });
      continue;
    }
    // Behind a file that is missing or invalid, the seal alone vouches.
    if (last.number === number - 1 && Buffer.compare(file.previous, last.hash) !== 0) {
      findings.push({ kind: 'checkpoint_invalid', number });
    }
    if (!file.statements.every((statement) => remember(statements, statement))) {
      findings.push({ kind: 'checkpoint_contradiction', number });
    }
    newest = file.statements.map(({ chain }) => chain);
    newestAt = file.at;
    last = { number, hash: file.hash };
  }
  return { statements, newest, findings, last, ...(newestAt && { newestAt }) };
}

/** @returns Whether the statement goes together with the one before. */
function remember(
  statements: Map<string, CheckpointStatement[]>,
  statement: CheckpointStatement,
): boolean {
  const kept = statements.get(statement.chain) ?? [];
  const before = kept.at(-1);
  const agrees =
    before === undefined ||
    statement.size > before.size ||
    (statement.size === before.size && Buffer.compare(statement.head, before.head) === 0);
  statements.set(statement.chain, [...kept.slice(1 - keptForEachChain), statement]);
  return agrees;
}
