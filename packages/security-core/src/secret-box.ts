import { InvalidArgument, MalformedBox, UnknownKey } from './errors.js';
import { requireBytes, requireObject } from './lib/contract.js';
import { tagBytes } from './lib/gcm.js';
import {
  KeyRing,
  readyKeysOf,
  type Construction,
  type ReadyKey,
} from './secret-box/key-ring.js';

export {
  KeyRing,
  type Construction,
  type KeySource,
  type SealingKey,
} from './secret-box/key-ring.js';
export {
  environmentKeys,
  fileKeys,
  parseKeys,
  wrappedKeys,
  type WrappedKey,
} from './secret-box/key-source.js';

/**
 * Where a box belongs: tenant, table, row, column, or whatever says so. It is not in the box;
 * whoever opens has to name the same, in any order.
 */
export type BoxContext = Readonly<Record<string, string>>;

/*
 * A box, version 1:
 *
 *   1 byte    version, 0x01
 *   1 byte    construction: 0x01 XAES-256-GCM, 0x02 AES-256-GCM
 *   1 byte    length of the key id, n
 *   n bytes   key id, ASCII
 *   24 or 12  nonce
 *   …         ciphertext, as long as the plaintext
 *   16 bytes  tag
 *
 * Associated data: everything before the nonce, then for each entry of the context, by name in
 * order of UTF-16 code units, name and value, each as 4 bytes of length (big-endian) and UTF-8.
 */
const version = 1;
const constructions = [
  { code: 1, name: 'xaes-256-gcm', nonceBytes: 24 },
  { code: 2, name: 'aes-256-gcm', nonceBytes: 12 },
] as const satisfies { code: number; name: Construction; nonceBytes: number }[];
const fixedBytes = 3;

/** Of the length before each text of the context. */
const lengthBytes = 4;

/** For one UTF-16 code unit. Asking each text for its own takes as long as writing it. */
const mostUtf8Bytes = 3;

/**
 * Seals secrets for storage: AES-256-GCM under a ring of keys, bound to the place where each
 * box belongs, so that a box moved to another row, column or tenant does not open.
 *
 * @example
 * ```ts
 * import { KeyRing, SecretBox } from '@nomo/security-core/secret-box';
 * import { generateKey } from '@nomo/security-core/token';
 *
 * const ring = new KeyRing([{ id: '2026', key: generateKey() }]);
 * const boxes = new SecretBox(ring);
 * const context = { tenant: 'org_1', table: 'connections', row: '42', column: 'refresh_token' };
 *
 * const box = boxes.seal(new TextEncoder().encode('1//0gTokenOfAProvider'), context);
 * new TextDecoder().decode(boxes.open(box, context)); // '1//0gTokenOfAProvider'
 * ```
 */
export class SecretBox {
  readonly #ring: KeyRing;
  readonly #headers = new WeakMap<ReadyKey, Uint8Array>();

  /** @throws {InvalidArgument} It is no ring. */
  constructor(ring: KeyRing) {
    if (!(ring instanceof KeyRing)) {
      throw new InvalidArgument('A secret box needs a key ring');
    }
    this.#ring = ring;
  }

  /**
   * Seals under the ring's first key and a nonce that never comes twice. Wipe your plaintext afterwards.
   *
   * @returns The box: its own header, the ciphertext, a tag.
   * @throws {InvalidArgument} The plaintext is not bytes; the context is empty or holds text
   *   that is not well-formed Unicode.
   * @throws {UnknownKey} The ring was wiped.
   */
  seal(plaintext: Uint8Array, context: BoxContext): Uint8Array {
    const key = this.#primary();
    const header = this.#headerOf(key);
    return Buffer.concat([header, ...key.seal(plaintext, bind(header, context))]);
  }

  /**
   * Opens a box in the place where it belongs. The plaintext is yours to wipe.
   *
   * @throws {MalformedBox} The bytes are no box of a version that this library reads.
   * @throws {UnknownKey} It was sealed under a key that the ring does not hold.
   * @throws {InauthenticBox} A bit of the box, or the context, is not as it was sealed.
   * @throws {InvalidArgument} The box is not bytes; the context is empty or ill-formed.
   */
  open(box: Uint8Array, context: BoxContext): Uint8Array {
    const { key, header, nonce, sealed } = this.#read(box);
    return key.open(sealed, { nonce, associatedData: bind(header, context) });
  }

  /**
   * Opens a box and seals its content again under the ring's first key.
   *
   * @throws As `open` does.
   */
  reseal(box: Uint8Array, context: BoxContext): Uint8Array {
    const plaintext = this.open(box, context);
    try {
      return this.seal(plaintext, context);
    } finally {
      plaintext.fill(0);
    }
  }

  /**
   * Whether a box is sealed under another key than the ring's first. Reads its header alone:
   * it does not say whether the box opens.
   *
   * @throws {MalformedBox} The bytes are no box of a version that this library reads.
   * @throws {UnknownKey} It was sealed under a key that the ring does not hold.
   */
  needsReseal(box: Uint8Array): boolean {
    return this.#read(box).key !== this.#primary();
  }

  /** The same for every box of a key: made with the first. */
  #headerOf(key: ReadyKey): Uint8Array {
    let header = this.#headers.get(key);
    if (header === undefined) {
      const fixed = Buffer.of(version, codeOf(key), key.id.length);
      header = Buffer.concat([fixed, Buffer.from(key.id, 'latin1')]);
      this.#headers.set(key, header);
    }
    return header;
  }

  #primary(): ReadyKey {
    for (const key of readyKeysOf(this.#ring).values()) {
      return key;
    }
    throw new UnknownKey();
  }

  #read(box: Uint8Array): {
    key: ReadyKey;
    header: Uint8Array;
    nonce: Uint8Array;
    sealed: Uint8Array;
  } {
    requireBytes(box, 'A box');
    const construction = constructions.find((known) => known.code === box[1]);
    if (box[0] !== version || construction === undefined) {
      throw new MalformedBox();
    }
    const headerEnd = fixedBytes + (box[2] ?? 0);
    const nonceEnd = headerEnd + construction.nonceBytes;
    if (box.byteLength < nonceEnd + tagBytes) {
      throw new MalformedBox();
    }
    const bytes = Buffer.from(box.buffer, box.byteOffset, headerEnd);
    const id = bytes.toString('latin1', fixedBytes);
    const key = readyKeysOf(this.#ring).get(id);
    if (key === undefined) {
      throw new UnknownKey();
    }
    if (key.construction !== construction.name) {
      throw new MalformedBox();
    }
    return {
      key,
      header: bytes,
      nonce: box.subarray(headerEnd, nonceEnd),
      sealed: box.subarray(nonceEnd),
    };
  }
}

function codeOf({ construction }: ReadyKey): number {
  const [xaes, gcm] = constructions;
  return (construction === 'xaes-256-gcm' ? xaes : gcm).code;
}

/** The header and the context as associated data: no two contexts have the same bytes. */
function bind(header: Uint8Array, context: BoxContext): Buffer {
  requireObject(context, 'A context');
  const texts: (string | undefined)[] = [];
  for (const name of Object.keys(context).sort()) {
    texts.push(name, context[name]);
  }
  if (texts.length === 0) {
    throw new InvalidArgument('A box needs a context: where it belongs');
  }
  let most = header.byteLength;
  for (const text of texts) {
    if (typeof text !== 'string' || !text.isWellFormed()) {
      throw new InvalidArgument('A context is names and values of well-formed text');
    }
    most += lengthBytes + mostUtf8Bytes * text.length;
  }
  const bytes = Buffer.allocUnsafe(most);
  bytes.set(header);
  let end = header.byteLength;
  for (const text of texts) {
    const written = bytes.write(text as string, end + lengthBytes);
    bytes.writeUInt32BE(written, end);
    end += lengthBytes + written;
  }
  return bytes.subarray(0, end);
}
