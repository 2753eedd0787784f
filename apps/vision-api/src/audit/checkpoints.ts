import { S3Client } from '@aws-sdk/client-s3';
import { DirectoryCheckpointStore, S3CheckpointStore, type CheckpointStore } from '@nomo/audit';
import { ConfigError } from '@nomo/service-kit';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config } from '../config.js';

type CheckpointConfig = Pick<
  Config,
  'AUDIT_CHECKPOINTS' | 'AUDIT_CHECKPOINT_KEY' | 'AUDIT_CHECKPOINT_RETENTION_DAYS'
>;

/** Where signed checkpoints lie, and the key that vouches for them. */
export interface Checkpoints {
  readonly store: CheckpointStore;
  readonly publicKey: KeyObject;
  /** `undefined` where only the public key is known: enough to verify. */
  readonly privateKey: KeyObject | undefined;
}

/**
 * What the configuration says of checkpoints; `undefined` where it says nothing.
 *
 * @throws {ConfigError} when the key is none, or cannot be read
 */
export function checkpointsOf(config: CheckpointConfig): Checkpoints | undefined {
  const { AUDIT_CHECKPOINTS: place, AUDIT_CHECKPOINT_KEY: key } = config;
  if (place === undefined || key === undefined) return undefined;
  return { store: storeAt(place, config.AUDIT_CHECKPOINT_RETENTION_DAYS), ...readKey(key) };
}

function storeAt(place: string, retentionDays: number): CheckpointStore {
  const s3 = /^s3:\/\/(?<bucket>[^/]+)\/?(?<prefix>.*)$/u.exec(place)?.groups;
  if (s3 === undefined) return new DirectoryCheckpointStore(place);
  return new S3CheckpointStore({
    // Region and credentials are found where the SDK looks for them.
    client: new S3Client(),
    bucket: s3['bucket'] ?? '',
    prefix: s3['prefix'] ?? '',
    retentionDays,
  });
}

function readKey(pemOrPath: string): Pick<Checkpoints, 'publicKey' | 'privateKey'> {
  const pem = fromSeed(pemOrPath) ?? readPem(pemOrPath);
  try {
    const publicKey = createPublicKey(pem);
    if (publicKey.asymmetricKeyType !== 'ed25519') throw keyError('is not an Ed25519 key');
    const privateKey = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : undefined;
    return { publicKey, privateKey };
  } catch (error) {
    throw error instanceof ConfigError ? error : keyError('is no key in PEM');
  }
}

/** RFC 8410, section 7: what stands before the 32 bytes in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of 32 random bytes, in PEM; `undefined` for anything else. */
function fromSeed(text: string): string | undefined {
  if (!/^[\w-]{43}$/u.test(text)) return undefined;
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(text, 'base64url')]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function readPem(pemOrPath: string): string {
  if (pemOrPath.trimStart().startsWith('-----BEGIN')) return pemOrPath;
  try {
    return readFileSync(pemOrPath, 'utf8');
  } catch {
    throw keyError('names a file that cannot be read');
  }
}

function keyError(message: string): ConfigError {
  return new ConfigError([{ variable: 'AUDIT_CHECKPOINT_KEY', message }]);
}
