import { randomBytes } from 'node:crypto';

import type { Aead, AeadInput } from '../aead.js';
import { InvalidArgument, UnknownKey } from '../errors.js';
import { requireBytes, requireFunction, requireList, requireObject } from '../lib/contract.js';
import { gcmKey, gcmNonceBytes, keyBytes, openGcm, sealGcm } from '../lib/gcm.js';
import { XaesKey } from '../lib/xaes-key.js';
import { XaesSealer } from '../lib/xaes-sealer.js';
import { Secret } from '../secret.js';

/** The name of an authenticated cipher. */
export type Construction = Aead['name'];

/** A key of a ring. */
export interface SealingKey {
  /** 1 to 32 characters out of `A-Z a-z 0-9 _ -`. Public: it stands in every box. */
  readonly id: string;
  /** 32 random bytes. */
  readonly key: Secret<Uint8Array>;
  /**
   * XAES-256-GCM by default. A key belongs to one construction, because plain GCM and XAES
   * compute related values from it.
   */
  readonly construction?: Construction;
}

/** Where keys come from: the first is the one that seals, all of them open. */
export interface KeySource {
  readonly load: () => Promise<readonly SealingKey[]>;
}

/** A key made ready for use. */
export interface ReadyKey {
  readonly id: string;
  readonly construction: Construction;
  /** @returns The nonce, the ciphertext and the tag, to be joined before the next call. */
  readonly seal: (plaintext: Uint8Array, associatedData: Uint8Array) => readonly Uint8Array[];
  readonly open: (sealed: Uint8Array, input: Omit<AeadInput, 'key'>) => Uint8Array;
  readonly wipe: () => void;
}

const keyId = /^[\w-]{1,32}$/u;

/** The keys of a ring, made ready, the one that seals first. Not part of the public face. */
export let readyKeysOf: (ring: KeyRing) => ReadonlyMap<string, ReadyKey>;

/**
 * The keys of a secret box: the first seals, all of them open. A ring does not change; what
 * would change it returns another.
 *
 * Rotation, such that at no moment a process meets a box it cannot open: **add** the new key at
 * the end; **distribute** the ring to every process; **promote** the new key; reseal what
 * `needsReseal`; **retire** the old key.
 *
 * @example
 * ```ts
 * import { KeyRing } from '@nomo/security-core/secret-box';
 * import { generateKey } from '@nomo/security-core/token';
 *
 * const ring = new KeyRing([{ id: '2026', key: generateKey() }]);
 * const rotated = ring.add({ id: '2027', key: generateKey() }).promote('2027');
 * rotated.ids; // ['2027', '2026']
 * rotated.retire('2026').ids; // ['2027']
 * ```
 */
export class KeyRing {
  static {
    readyKeysOf = (ring) => ring.#ready;
  }

  /** Copies, so that a ring can be wiped without its neighbour. */
  #keys: readonly SealingKey[];
  readonly #ready: Map<string, ReadyKey>;

  /**
   * @param keys - The bytes are copied: wipe your own.
   * @throws {InvalidArgument} No key; an id that is none or stands there twice; a key that is
   *   not 32 bytes or is the same as another; a construction that there is not.
   */
  constructor(keys: readonly SealingKey[]) {
    requireList(keys, 'What a key ring is made of');
    if (keys.length === 0) {
      throw new InvalidArgument('A key ring needs at least one key');
    }
    this.#keys = Array.from(keys, copyOf);
    this.#ready = new Map(this.#keys.map((sealing) => [sealing.id, makeReady(sealing)]));
    const values = new Set(
      this.#keys.map(({ key }) => Buffer.from(key.reveal()).toString('base64')),
    );
    if (this.#ready.size < keys.length || values.size < keys.length) {
      throw new InvalidArgument('No two keys of a ring have the same id or the same bytes');
    }
  }

  /** @throws What the source throws, and `InvalidArgument` as the constructor does. */
  static async from(source: KeySource): Promise<KeyRing> {
    requireObject(source, 'A key source');
    requireFunction(source.load, 'load of a key source');
    return new KeyRing(await source.load());
  }

  /** The ids, that of the key that seals first. */
  get ids(): readonly string[] {
    return Array.from(this.#ready.keys());
  }

  /**
   * A ring that opens with one more key.
   *
   * @throws {UnknownKey} The ring was wiped.
   * @throws {InvalidArgument} As the constructor does.
   */
  add(key: SealingKey): KeyRing {
    if (this.#keys.length === 0) {
      throw new UnknownKey();
    }
    return new KeyRing([...this.#keys, key]);
  }

  /** A ring that seals with this one of its keys. @throws {UnknownKey} */
  promote(id: string): KeyRing {
    const chosen = this.#keys.filter((key) => key.id === id);
    const others = this.#keys.filter((key) => key.id !== id);
    if (chosen.length === 0) {
      throw new UnknownKey();
    }
    return new KeyRing([...chosen, ...others]);
  }

  /**
   * A ring without this key. Boxes sealed under it will not open any more.
   *
   * @throws {UnknownKey}
   * @throws {InvalidArgument} It is the key that seals: promote another first.
   */
  retire(id: string): KeyRing {
    if (!this.#ready.has(id)) {
      throw new UnknownKey();
    }
    if (this.ids.indexOf(id) === 0) {
      throw new InvalidArgument('The key that seals cannot be retired: promote another first');
    }
    return new KeyRing(this.#keys.filter((key) => key.id !== id));
  }

  /** Overwrites the keys in memory, as far as JavaScript reaches. The ring is empty after. */
  wipe(): void {
    for (const { key } of this.#keys) {
      key.reveal().fill(0);
    }
    for (const key of this.#ready.values()) {
      key.wipe();
    }
    this.#ready.clear();
    this.#keys = [];
  }
}

function copyOf(sealing: SealingKey): SealingKey {
  requireObject(sealing, 'A key of a ring, with its id,');
  const { key } = sealing;
  if (!(key instanceof Secret)) {
    throw new InvalidArgument('A key of a ring is a Secret of bytes');
  }
  const bytes = key.reveal();
  requireBytes(bytes, 'The key');
  return { ...sealing, key: new Secret(Uint8Array.from(bytes)) };
}

const constructions: readonly Construction[] = ['xaes-256-gcm', 'aes-256-gcm'];

function makeReady({ id, key, construction = 'xaes-256-gcm' }: SealingKey): ReadyKey {
  const bytes = key.reveal();
  if (typeof id !== 'string' || !keyId.test(id)) {
    throw new InvalidArgument('The id of a key is 1 to 32 of A-Z, a-z, 0-9, _ and -');
  }
  if (bytes.byteLength !== keyBytes) {
    throw new InvalidArgument('A key of a ring has 32 bytes');
  }
  // From configuration it comes without a type, and a box by no construction never opens.
  if (!constructions.includes(construction)) {
    throw new InvalidArgument('A key seals by xaes-256-gcm or by aes-256-gcm');
  }
  if (construction === 'aes-256-gcm') {
    return {
      id,
      construction,
      seal: (plaintext, associatedData) => {
        const nonce = randomBytes(gcmNonceBytes);
        return [nonce, ...sealGcm(gcmKey(bytes), nonce, plaintext, associatedData)];
      },
      open: (sealed, { nonce, associatedData }) =>
        openGcm(gcmKey(bytes), nonce, sealed, associatedData),
      wipe: () => undefined,
    };
  }
  const xaes = new XaesKey(bytes);
  const sealer = new XaesSealer(xaes);
  return {
    id,
    construction,
    seal: (plaintext, associatedData) => sealer.seal(plaintext, associatedData),
    open: (sealed, input) => xaes.open(sealed, input),
    wipe: () => {
      sealer.wipe();
      xaes.wipe();
    },
  };
}
