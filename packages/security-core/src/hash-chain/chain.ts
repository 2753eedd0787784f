import { isUint8Array } from 'node:util/types';

import { canonicalJson, type JsonValue } from '../canonical-json.js';
import { InvalidArgument } from '../errors.js';
import { requireBytes, requireFunction, requireList, requireObject } from '../lib/contract.js';
import { hashBytes, requireHash, sha256 } from '../lib/sha256.js';
import type { CheckpointStatement } from './checkpoint.js';

/** What stands before the first entry of a chain: 32 zero bytes. */
export function chainStart(): Uint8Array {
  return new Uint8Array(hashBytes);
}

/**
 * The hash that links an entry to all before it: SHA-256 of the previous hash and the entry's
 * canonical bytes.
 *
 * @param previous - The hash of the entry before, or `chainStart()`.
 * @param entry - A JSON value, or its canonical bytes as they were stored.
 * @returns 32 bytes.
 * @throws {InvalidArgument} `previous` is not 32 bytes, or the entry cannot be written as JSON.
 *
 * @example
 * ```ts
 * import { chainHash, chainStart } from '@nomo/security-core/hash-chain';
 *
 * const first = chainHash(chainStart(), { seq: 1, action: 'user.created' });
 * const second = chainHash(first, { seq: 2, action: 'user.deleted' });
 * second.length; // 32
 * ```
 */
export function chainHash(previous: Uint8Array, entry: JsonValue | Uint8Array): Uint8Array {
  requireHash(previous, 'The hash before an entry');
  const bytes = isUint8Array(entry) ? entry : canonicalJson(entry);
  return sha256(Buffer.concat([previous, bytes]));
}

/** An entry as it was stored. */
export interface ChainLink {
  readonly entry: JsonValue | Uint8Array;
  readonly hash: Uint8Array;
}

/** What a chain is held against. */
export interface VerifyChainOptions {
  /** Where verification begins: the hash before the first link. `chainStart()` by default. */
  readonly previous?: Uint8Array;
  /** How many entries lie before the first link. 0 by default. */
  readonly firstIndex?: number;
  /** Statements out of verified checkpoints of this chain. */
  readonly checkpoints?: readonly Pick<CheckpointStatement, 'size' | 'head'>[];
}

/** Whether a chain is whole. */
export type ChainVerdict =
  | {
      readonly valid: true;
      /** The hash of the last entry: where the next page, or the next entry, begins. */
      readonly head: Uint8Array;
      /** How many entries the chain has so far, those before the first link included. */
      readonly size: number;
    }
  | {
      readonly valid: false;
      /** Counted from 0 over the whole chain: the first entry that is not as it was. */
      readonly index: number;
      /**
       * `hash_mismatch`: the entry, or its place, is not what was hashed. `checkpoint_mismatch`:
       * the chain holds together, but is another than the checkpoint saw. `cut_short`: a
       * checkpoint saw more entries than there are.
       */
      readonly reason: 'hash_mismatch' | 'checkpoint_mismatch' | 'cut_short';
    };

/**
 * Walks a chain and names the first entry that is not as it was hashed. Without checkpoints it
 * cannot see that the tail was cut off, or that the whole chain was computed anew.
 *
 * @throws {InvalidArgument} What stands in place of links, a hash or a checkpoint is none, an
 *   index is no whole number, or an entry cannot be written as JSON.
 *
 * @example
 * ```ts
 * import { chainHash, chainStart, verifyChain } from '@nomo/security-core/hash-chain';
 *
 * const hash = chainHash(chainStart(), { seq: 1, amount: 10 });
 * verifyChain([{ entry: { seq: 1, amount: 10 }, hash }]).valid; // true
 * verifyChain([{ entry: { seq: 1, amount: 99 }, hash }]); // { valid: false, index: 0, reason: 'hash_mismatch' }
 * ```
 */
export function verifyChain(
  links: Iterable<ChainLink>,
  options: VerifyChainOptions = {},
): ChainVerdict {
  requireObject(options, 'What a chain is held against');
  const { previous = chainStart(), firstIndex = 0, checkpoints = [] } = options;
  requireHash(previous, 'The hash before the first link');
  requireCount(firstIndex, 'firstIndex');
  requireList(checkpoints, 'checkpoints');
  for (const checkpoint of checkpoints) {
    requireObject(checkpoint, 'A checkpoint');
    requireCount(checkpoint.size, 'The size in a checkpoint');
    requireHash(checkpoint.head, 'The head in a checkpoint');
  }
  requireFunction(
    (links as typeof links | undefined | null)?.[Symbol.iterator],
    'Symbol.iterator of links',
  );
  let head = previous;
  let size = firstIndex;
  for (const link of links) {
    requireObject(link, 'A link of a chain');
    const { entry, hash: stored } = link;
    requireBytes(stored, 'The hash of a link');
    head = chainHash(head, entry);
    if (Buffer.compare(head, stored) !== 0) {
      return { valid: false, index: size, reason: 'hash_mismatch' };
    }
    size += 1;
    const reached = checkpoints.filter((checkpoint) => checkpoint.size === size);
    for (const checkpoint of reached) {
      if (Buffer.compare(head, checkpoint.head) !== 0) {
        return { valid: false, index: size - 1, reason: 'checkpoint_mismatch' };
      }
    }
  }
  return checkpoints.some((checkpoint) => checkpoint.size > size)
    ? { valid: false, index: size, reason: 'cut_short' }
    : { valid: true, head, size };
}

function requireCount(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgument(`${name} has to be a whole number, at least 0`);
  }
}
