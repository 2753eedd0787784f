import type { KeyObject } from 'node:crypto';

import {
  canonicalJson,
  chainHash,
  type Checkpoint,
  type CheckpointStatement,
  type JsonValue,
  signCheckpoint,
  verifyCheckpoint,
} from '@nomo/security-core/hash-chain';
import { z } from 'zod';

/** What a seal says it is a checkpoint of: the files, which are a chain themselves. No tenant's id is so. */
const sealChain = 'nomo-audit-checkpoints';

const SignedStatement = z.strictObject({
  chain: z.string(),
  size: z.number(),
  head: z.string(),
  at: z.string(),
  signature: z.string(),
});

const File = z.strictObject({
  version: z.literal(1),
  number: z.int().positive(),
  /** The hash of the file before, in hexadecimal. */
  previous: z.string().regex(/^[0-9a-f]{64}$/u),
  checkpoints: z.array(SignedStatement),
  seal: SignedStatement,
});

/** A file of checkpoints, verified. */
export interface CheckpointFile {
  readonly number: number;
  /** The hash that the file before has to have. */
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
  /** When it was sealed, by the clock of whoever did. */
  readonly at: Date;
  readonly statements: readonly CheckpointStatement[];
}

/** Signs the statements, and the file that holds them. */
export function writeCheckpointFile(
  privateKey: KeyObject,
  {
    number,
    previous,
    statements,
    at,
  }: {
    readonly number: number;
    readonly previous: Uint8Array;
    readonly statements: readonly CheckpointStatement[];
    readonly at: Date;
  },
): { bytes: Uint8Array; hash: Uint8Array } {
  const checkpoints = statements.map((statement) => signCheckpoint(privateKey, statement));
  const hash = fileHash(previous, number, checkpoints);
  const seal = signCheckpoint(privateKey, { chain: sealChain, size: number, head: hash, at });
  const file = {
    version: 1,
    number,
    previous: Buffer.from(previous).toString('hex'),
    checkpoints,
    seal,
  };
  return { bytes: canonicalJson(file as unknown as JsonValue), hash };
}

/**
 * Reads a file of checkpoints.
 *
 * @param only - Verify the statements of this chain alone, and leave out the others.
 * @returns `undefined` if anything in it is not as it was signed, or it is another file's number.
 */
export function readCheckpointFile(
  publicKey: KeyObject,
  bytes: Uint8Array,
  number: number,
  only?: string,
): CheckpointFile | undefined {
  const file = File.safeParse(parse(bytes));
  if (!file.success || file.data.number !== number) {
    return undefined;
  }
  const previous = Buffer.from(file.data.previous, 'hex');
  const hash = fileHash(previous, number, file.data.checkpoints);
  const seal = verifyCheckpoint(publicKey, file.data.seal);
  if (
    seal?.chain !== sealChain ||
    seal.size !== number ||
    Buffer.compare(seal.head, hash) !== 0
  ) {
    return undefined;
  }
  const statements: CheckpointStatement[] = [];
  for (const checkpoint of file.data.checkpoints) {
    if (only === undefined || checkpoint.chain === only) {
      const statement = verifyCheckpoint(publicKey, checkpoint);
      if (statement === undefined) return undefined;
      statements.push(statement);
    }
  }
  return { number, previous, hash, at: seal.at, statements };
}

function fileHash(
  previous: Uint8Array,
  number: number,
  checkpoints: readonly Checkpoint[],
): Uint8Array {
  return chainHash(previous, { number, checkpoints } as unknown as JsonValue);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
