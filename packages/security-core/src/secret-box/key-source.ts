import { readFile } from 'node:fs/promises';

import { InvalidArgument, KeysUnavailable } from '../errors.js';
import { requireFunction, requireList, requireObject, requireText } from '../lib/contract.js';
import { decodeStrictly } from '../lib/encoding.js';
import { keyBytes } from '../lib/gcm.js';
import { Secret } from '../secret.js';
import type { Construction, KeySource, SealingKey } from './key-ring.js';

/**
 * Keys out of a text: entries `id:key` or `id:construction:key`, with white space or commas
 * between them; the key in base64 or base64url. The first entry seals.
 *
 * @throws {InvalidArgument} An entry that is none of the two.
 */
export function parseKeys(text: string): SealingKey[] {
  requireText(text, 'The text of keys');
  const entries = text.split(/[\s,]+/u).filter((entry) => entry.length > 0);
  return entries.map((entry) => {
    // The pattern has these three groups; the middle one may be empty.
    const parts = keyEntry.exec(entry)?.groups as KeyParts | undefined;
    if (parts === undefined) {
      throw malformedEntry();
    }
    const { id, construction, encoded } = parts;
    const key = decodeStrictly(encoded, 'base64') ?? decodeStrictly(encoded, 'base64url');
    if (key?.byteLength !== keyBytes) {
      throw malformedEntry();
    }
    const secret = new Secret<Uint8Array>(key);
    return construction === ''
      ? { id, key: secret }
      : { id, key: secret, construction: knownConstruction(construction.slice(1)) };
  });
}

interface KeyParts {
  readonly id: string;
  readonly construction: string;
  readonly encoded: string;
}

const keyEntry = /^(?<id>[^:]+)(?<construction>:[^:]+|):(?<encoded>[^:]+)$/u;

function malformedEntry(): InvalidArgument {
  return new InvalidArgument('Keys are written id:base64 or id:construction:base64');
}

/**
 * Keys out of an environment variable, in the form of `parseKeys`.
 *
 * @throws {KeysUnavailable} From `load`: the variable is not set, or empty.
 *
 * @example
 * ```ts
 * import { environmentKeys, KeyRing } from '@nomo/security-core/secret-box';
 *
 * const key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
 * const source = environmentKeys('SEALING_KEYS', { SEALING_KEYS: `2026:${key}` });
 * (await KeyRing.from(source)).ids; // ['2026']
 * ```
 */
export function environmentKeys(
  variable: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): KeySource {
  requireText(variable, 'The name of a variable');
  requireObject(environment, 'An environment');
  return {
    load: async () => {
      const keys = parseKeys(environment[variable] ?? '');
      if (keys.length === 0) {
        throw new KeysUnavailable('The environment variable that holds the keys is not set');
      }
      return Promise.resolve(keys);
    },
  };
}

/**
 * Keys out of a file, such as a mounted secret, in the form of `parseKeys`.
 *
 * @throws {KeysUnavailable} From `load`: the file is empty, or cannot be read; the message says
 *   why, such as `ENOENT`.
 */
export function fileKeys(path: string): KeySource {
  requireText(path, 'The path of a file of keys');
  return {
    load: async () => {
      const keys = parseKeys(await read(path));
      if (keys.length === 0) {
        throw new KeysUnavailable('The file that holds the keys is empty');
      }
      return keys;
    },
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Its message, and so the error itself, holds the path.
    throw new KeysUnavailable(
      `The file that holds the keys cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** A data key as it is kept: encrypted under a key that never leaves its service. */
export interface WrappedKey {
  readonly id: string;
  readonly wrapped: Uint8Array;
  readonly construction?: Construction;
}

/**
 * Data keys that another service decrypts, such as AWS KMS: `unwrap` calls its `Decrypt` and
 * returns the plaintext's 32 bytes. Put the id in the encryption context, so that no key can
 * pass for another.
 *
 * @throws From `load`, what `unwrap` rejects with.
 */
export function wrappedKeys(
  keys: readonly WrappedKey[],
  unwrap: (wrapped: Uint8Array, id: string) => Promise<Uint8Array>,
): KeySource {
  requireList(keys, 'What holds wrapped keys');
  requireFunction(unwrap, 'unwrap');
  for (const key of keys) {
    requireObject(key, 'A wrapped key');
  }
  return {
    load: async () =>
      Promise.all(
        keys.map(async ({ wrapped, ...key }) => ({
          ...key,
          key: new Secret(await unwrap(wrapped, key.id)),
        })),
      ),
  };
}

function knownConstruction(name: string): Construction {
  if (name === 'aes-256-gcm' || name === 'xaes-256-gcm') {
    return name;
  }
  throw new InvalidArgument('A construction is xaes-256-gcm or aes-256-gcm');
}
