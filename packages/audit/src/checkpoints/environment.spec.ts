import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { DirectoryCheckpointStore } from './directory-store.js';
import { checkpointEnvironment, checkpointsOf } from './environment.js';
import { S3CheckpointStore } from './s3-store.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const schema = z.object(checkpointEnvironment);
const read = (key: string | undefined, place: string | undefined = '/checkpoints') =>
  checkpointsOf(schema.parse({ AUDIT_CHECKPOINTS: place, AUDIT_CHECKPOINT_KEY: key }));

describe('the configuration of checkpoints', () => {
  it('may be absent', () => {
    expect(checkpointsOf(schema.parse({}))).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
  });

  it('signs with a private key, and verifies with its public one', () => {
    expect(read(privatePem)?.privateKey?.equals(privateKey)).toBe(true);
    expect(read(privatePem)?.publicKey.equals(publicKey)).toBe(true);
  });

  it('only verifies with a public key', () => {
    const checkpoints = read(publicPem);
    expect(checkpoints?.privateKey).toBeUndefined();
    expect(checkpoints?.publicKey.equals(publicKey)).toBe(true);
  });

  it('takes 32 random bytes for a private key', () => {
    const jwk = privateKey.export({ format: 'jwk' });
    expect(read(jwk.d)?.publicKey.equals(publicKey)).toBe(true);
    const own = read(randomBytes(32).toString('base64url'));
    expect(own?.privateKey && createPublicKey(own.privateKey).equals(own.publicKey)).toBe(true);
  });

  it('puts them into a directory or into S3', () => {
    expect(read(privatePem)?.store).toBeInstanceOf(DirectoryCheckpointStore);
    expect(read(privatePem, 's3://bucket/audit/')?.store).toBeInstanceOf(S3CheckpointStore);
  });

  it.each([
    ['a file that is not there', '/nowhere/key.pem', 'names a file that cannot be read'],
    ['a key of another sort', generateRsa(), 'is not an Ed25519 key'],
    [
      'no key at all',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      'is no key in PEM',
    ],
  ])('refuses %s, and does not repeat it', (_, key, message) => {
    const { error } = schema.safeParse({ AUDIT_CHECKPOINT_KEY: key });
    expect(error?.issues).toMatchObject([{ path: ['AUDIT_CHECKPOINT_KEY'], message }]);
    expect(JSON.stringify(error?.issues)).not.toContain(JSON.stringify(key).slice(1, -1));
  });
});

function generateRsa(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
