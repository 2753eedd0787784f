import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { type OutboundHttp } from '../../outbound/outbound-http.js';
import { PublishedKeys } from './published-keys.js';

const keyOf = (modulusLength: number): object =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });

/** What is made of a document that an application publishes. */
const keysIn = async (document: unknown): Promise<unknown> => {
  const body = Buffer.from(JSON.stringify(document));
  const http = { call: () => Promise.resolve({ status: 200, body }) };
  const published = new PublishedKeys(http as unknown as OutboundHttp);
  return published.keysAt('https://app.example/jwks');
};

describe('the keys that an application publishes', () => {
  it('are taken as those that are registered: none that anybody could sign with', async () => {
    const good = keyOf(2_048);
    const weak = [keyOf(1_024), { ...good, e: 'AQ' }, { kty: 'oct', k: 'c2VjcmV0' }];
    expect(await keysIn({ keys: [...weak, good] })).toEqual({ keys: [good] });
  });
});
