import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { DirectoryCheckpointStore } from './directory-store.js';
import { S3CheckpointStore } from './s3-store.js';
import type { CheckpointStore } from './store.js';

/** What vouches for checkpoints. */
export interface CheckpointKeys {
  readonly publicKey: KeyObject;
  /** `undefined` where only the public key is known: enough to verify. */
  readonly privateKey: KeyObject | undefined;
}

/** The environment variables that say where an app's checkpoints go, and who signs them. */
export const checkpointEnvironment = {
  AUDIT_CHECKPOINTS: z
    .string()
    .optional()
    .describe(
      'Where the worker puts signed checkpoints of the audit trail: a directory, or s3://bucket/prefix of a bucket with object lock.',
    ),
  AUDIT_CHECKPOINT_KEY: z
    .string()
    .transform((text, context): CheckpointKeys => {
      const keys = readKeys(text);
      if (typeof keys !== 'string') return keys;
      // Never with what was given: it may be a private key.
      context.issues.push({ code: 'custom', message: keys, input: undefined });
      return z.NEVER;
    })
    .optional()
    .describe(
      'Ed25519 key of the checkpoints: PEM, the path of a file, or 32 random bytes in base64url. To verify, the public one is enough.',
    ),
  AUDIT_CHECKPOINT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .positive()
    .max(36_500)
    .default(400)
    .describe('For how long nobody can delete a checkpoint in S3.'),
};

/** What those variables come to. */
export type CheckpointConfig = z.output<z.ZodObject<typeof checkpointEnvironment>>;

/** Where signed checkpoints lie, and the keys that vouch for them. */
export interface Checkpoints extends CheckpointKeys {
  readonly store: CheckpointStore;
}

/** What the configuration says of checkpoints; `undefined` where it does not say both. */
export function checkpointsOf(config: CheckpointConfig): Checkpoints | undefined {
  const { AUDIT_CHECKPOINTS: place, AUDIT_CHECKPOINT_KEY: keys } = config;
  if (place === undefined || keys === undefined) return undefined;
  return { store: storeAt(place, config.AUDIT_CHECKPOINT_RETENTION_DAYS), ...keys };
}

function storeAt(place: string, retentionDays: number): CheckpointStore {
  const s3 = /^s3:\/\/(?<bucket>[^/]+)\/?(?<prefix>.*)$/u.exec(place)?.groups;
  if (s3 === undefined) return new DirectoryCheckpointStore(place);
  return new S3CheckpointStore({
    bucket: s3['bucket'] ?? '',
    prefix: s3['prefix'] ?? '',
    retentionDays,
  });
}

/** The keys, or why there are none. */
function readKeys(text: string): CheckpointKeys | string {
  const pem = fromSeed(text) ?? readPem(text);
  if (pem === undefined) return 'names a file that cannot be read';
  try {
    const publicKey = createPublicKey(pem);
    if (publicKey.asymmetricKeyType !== 'ed25519') return 'is not an Ed25519 key';
    const privateKey = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : undefined;
    return { publicKey, privateKey };
  } catch {
    return 'is no key in PEM';
  }
}

/** RFC 8410, section 7: what stands before the 32 bytes in PKCS #8. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of 32 random bytes, in PEM; `undefined` for anything else. */
function fromSeed(text: string): string | undefined {
  if (!/^[\w-]{43}$/u.test(text)) return undefined;
  const der = Buffer.concat([pkcs8Prefix, Buffer.from(text, 'base64url')]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function readPem(pemOrPath: string): string | undefined {
  if (pemOrPath.trimStart().startsWith('-----BEGIN')) return pemOrPath;
  try {
    return readFileSync(pemOrPath, 'utf8');
  } catch {
    return undefined;
  }
}
