import { sign, verify, type KeyObject } from 'node:crypto';

import { canonicalJson } from '../canonical-json.js';
import { InvalidArgument } from '../errors.js';
import { requireEd25519, requireObject, requireText, requireTime } from '../lib/contract.js';
import { decodeStrictly } from '../lib/encoding.js';
import { requireHash } from '../lib/sha256.js';

/** What a checkpoint says: at this time this chain had so many entries and ended so. */
export interface CheckpointStatement {
  /** Which chain: a tenant, a log. */
  readonly chain: string;
  /** How many entries the chain had. */
  readonly size: number;
  /** The hash of the last of them, or `chainStart()` if there was none. */
  readonly head: Uint8Array;
  readonly at: Date;
}

/** A signed statement, as JSON: keep it where whoever can write the chain cannot. */
export interface Checkpoint {
  readonly chain: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly head: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  /** Ed25519, in base64url. */
  readonly signature: string;
}

/** So that no signature under the same key over something else can pass for a checkpoint. */
const domain = Buffer.from('nomo security-core hash-chain checkpoint v1\n', 'utf8');

/**
 * Signs where a chain stands.
 *
 * @param privateKey - Ed25519.
 * @throws {InvalidArgument} Another kind of key, or a statement that is none.
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from 'node:crypto';
 * import { chainHash, chainStart, signCheckpoint, verifyCheckpoint } from '@nomo/security-core/hash-chain';
 *
 * const { privateKey, publicKey } = generateKeyPairSync('ed25519');
 * const head = chainHash(chainStart(), { seq: 1 });
 * const checkpoint = signCheckpoint(privateKey, { chain: 'org_1', size: 1, head, at: new Date() });
 * verifyCheckpoint(publicKey, checkpoint)?.size; // 1
 * ```
 */
export function signCheckpoint(
  privateKey: KeyObject,
  statement: CheckpointStatement,
): Checkpoint {
  requireEd25519(privateKey, 'private');
  requireObject(statement, 'What a checkpoint states');
  const { chain, size, head, at } = statement;
  requireText(chain, 'The chain of a checkpoint');
  requireHash(head, 'The head of a checkpoint');
  requireTime(at, 'The time of a checkpoint');
  if (!isSize(size)) {
    throw new InvalidArgument('The size in a checkpoint has to be a whole number, at least 0');
  }
  const written = {
    chain,
    size,
    head: Buffer.from(head).toString('hex'),
    at: at.toISOString(),
  };
  const signature = sign(null, signedBytes(written), privateKey).toString('base64url');
  return { ...written, signature };
}

/**
 * The statement of a checkpoint, if the signature is its author's.
 *
 * @param publicKey - Ed25519.
 * @param checkpoint - Whatever was read: it need not be a checkpoint at all.
 * @returns The statement, or `undefined` if anything in it is not as it was signed.
 * @throws {InvalidArgument} Another kind of key.
 */
export function verifyCheckpoint(
  publicKey: KeyObject,
  checkpoint: unknown,
): CheckpointStatement | undefined {
  requireEd25519(publicKey, 'public');
  if (!isCheckpoint(checkpoint)) {
    return undefined;
  }
  const { signature, chain, size, head, at } = checkpoint;
  const bytes = decodeStrictly(signature, 'base64url');
  const headBytes = decodeStrictly(head, 'hex');
  const genuine =
    bytes !== undefined &&
    verify(null, signedBytes({ chain, size, head, at }), publicKey, bytes);
  return genuine && headBytes !== undefined
    ? { chain, size, head: headBytes, at: new Date(at) }
    : undefined;
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { chain, size, head, at, signature } = value as Record<keyof Checkpoint, unknown>;
  return (
    [chain, head, at, signature].every(
      (text) => typeof text === 'string' && text.isWellFormed(),
    ) && isSize(size)
  );
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function signedBytes(statement: Omit<Checkpoint, 'signature'>): Buffer {
  return Buffer.concat([domain, canonicalJson({ ...statement })]);
}
