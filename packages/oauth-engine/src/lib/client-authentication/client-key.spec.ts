import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';

import { clientKeyFault } from './client-key.js';

const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const rsa = (modulusLength: number): JsonWebKey =>
  jwkOf(generateKeyPairSync('rsa', { modulusLength }).publicKey);
const ec = (namedCurve: string): JsonWebKey =>
  jwkOf(generateKeyPairSync('ec', { namedCurve }).publicKey);

/** An odd number of so many bits. */
const long = (bits: number): string => Buffer.alloc(bits / 8, 0xff).toString('base64url');

const rsa2048 = rsa(2_048);
const p256 = ec('P-256');
const ed25519 = generateKeyPairSync('ed25519');

describe('clientKeyFault', () => {
  it.each<[string, object]>([
    ['RSA of 2048 bits', rsa2048],
    ['RSA for PS256', { ...rsa2048, alg: 'PS256', use: 'sig', kid: 'one' }],
    ['EC on P-256', { ...p256, alg: 'ES256', key_ops: ['verify'] }],
    ['OKP on Ed25519', { ...jwkOf(ed25519.publicKey), alg: 'EdDSA' }],
  ])('finds nothing wrong with %s', (_name, key) => {
    expect(clientKeyFault({ ...key })).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    ['RSA below 2048 bits', rsa(1_024), /2048 bits or more/],
    ['RSA of one bit less', rsa(2_047), /2048 bits or more/],
    ['RSA that nobody verifies with', { ...rsa2048, n: long(16_392) }, /16384 bits or fewer/],
    ['an exponent with which anybody signs', { ...rsa2048, e: 'AQ' }, /exponent/],
    ['an even exponent', { ...rsa2048, e: 'Ag' }, /exponent/],
    ['an exponent of more than 64 bits', { ...rsa2048, e: long(72) }, /exponent/],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0' }, /symmetric/],
    ['a private key', jwkOf(ed25519.privateKey), /public members alone/],
    ['a prime of a private key', { ...rsa2048, p: 'AQ' }, /public members alone/],
    ['another curve', ec('P-384'), /P-256/],
    ['a key for agreement', jwkOf(generateKeyPairSync('x25519').publicKey), /Ed25519/],
    ['no kind at all', {}, /P-256/],
    ['an algorithm that is not on the list', { ...rsa2048, alg: 'RS512' }, /RS256 or PS256/],
    ['the algorithm of another key', { ...p256, alg: 'RS256' }, /ES256/],
    ['a key for encryption', { ...rsa2048, use: 'enc' }, /use has to be sig/],
    ['a key to sign with', { ...p256, key_ops: ['sign', 'verify'] }, /key_ops/],
    ['a point that is not on the curve', { ...p256, y: p256.x }, /no key/],
    ['nothing but a kind', { kty: 'RSA' }, /no key/],
  ])('refuses %s', (_name, key, fault) => {
    expect(clientKeyFault({ ...key })).toMatch(fault);
  });
});
