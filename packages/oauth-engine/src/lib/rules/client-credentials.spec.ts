import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { postOf } from '../../../test/memory/requests.js';
import { OAuthError } from '../errors.js';
import { Parameters } from '../http/parameters.js';
import { clientCredentials, type ClientCredentials } from './client-credentials.js';

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

function read(
  parameters: Readonly<Record<string, string>>,
  authorization?: string,
): ClientCredentials {
  return clientCredentials({
    request: postOf({}, authorization === undefined ? {} : { authorization }),
    parameters: new Parameters(Object.entries(parameters)),
  });
}

describe('clientCredentials (RFC 6749 §2.3)', () => {
  it('takes a bare client_id for a public application', () => {
    expect(read({ client_id: 'app' })).toEqual({ method: 'none', clientId: 'app' });
  });

  it('reads a secret from the body', () => {
    expect(read({ client_id: 'app', client_secret: 's' })).toEqual({
      method: 'client_secret_post',
      clientId: 'app',
      secret: 's',
    });
  });

  it('reads a secret from the header, whatever the case of the scheme', () => {
    const expected = { method: 'client_secret_basic', clientId: 'app', secret: 's' };
    expect(read({}, basic('app:s'))).toEqual(expected);
    expect(read({}, basic('app:s').replace('Basic', 'bAsIc'))).toEqual(expected);
    expect(read({ client_id: 'app' }, basic('app:s'))).toEqual(expected);
  });

  it('decodes both halves of the header as a form does, after it has cut them apart (§2.3.1)', () => {
    expect(read({}, basic('a%3Ab:p%2Bq+%C3%A9:%25'))).toEqual({
      method: 'client_secret_basic',
      clientId: 'a:b',
      secret: 'p+q é:%',
    });
  });

  it('reads an assertion, with or without client_id', () => {
    const assertion = { client_assertion: 'a.b.c', client_assertion_type: jwtBearer };
    expect(read(assertion)).toEqual({
      method: 'private_key_jwt',
      clientId: undefined,
      assertion: 'a.b.c',
    });
    expect(read({ ...assertion, client_id: 'app' })).toMatchObject({ clientId: 'app' });
  });

  it('says invalid_client where there is nothing at all (§5.2)', () => {
    const refusal = expect.objectContaining({ code: 'invalid_client', status: 401 });
    expect(() => read({})).toThrow(refusal);
    expect(() => read({ client_secret: 's' })).toThrow(refusal);
  });

  it.each([
    ['a header beside a secret in the body', { client_secret: 's' }, basic('app:s')],
    [
      'a header beside an assertion',
      { client_assertion: 'a.b.c', client_assertion_type: jwtBearer },
      basic('app:s'),
    ],
    [
      'a secret beside an assertion',
      { client_id: 'app', client_secret: 's', client_assertion: 'a.b.c' },
      undefined,
    ],
    ['a header of another scheme beside a secret', { client_secret: 's' }, 'Bearer x'],
    ['two applications', { client_id: 'other' }, basic('app:s')],
    ['another scheme', { client_id: 'app' }, 'Bearer token'],
    ['an empty header', { client_id: 'app' }, ''],
    ['no credentials after the scheme', {}, 'Basic '],
    ['two spaces after the scheme', {}, 'Basic  YXBwOnM='],
    ['something after the credentials', {}, `${basic('app:s')} x`],
    ['base64url', {}, 'Basic YXBwOn7_fg=='],
    ['base64 of an impossible length', {}, 'Basic YXBwO'],
    ['base64 with bits that nothing decodes to', {}, 'Basic YXBwOnN='],
    ['no colon', {}, basic('app')],
    ['no application', {}, basic(':s')],
    ['no secret', {}, basic('app:')],
    ['raw UTF-8', {}, basic('app:é')],
    ['a NUL byte', {}, basic('app:s\0')],
    ['an encoded NUL byte', {}, basic('app:s%00')],
    ['a lone percent sign', {}, basic('app:100%')],
    ['bytes that are no UTF-8', {}, basic('app:%ff')],
    [
      'an assertion of another type',
      { client_assertion: 'x', client_assertion_type: 'saml' },
      undefined,
    ],
    ['an assertion without its type', { client_assertion: 'x' }, undefined],
    ['a type without its assertion', { client_assertion_type: jwtBearer }, undefined],
  ] as [string, Record<string, string>, string | undefined][])(
    'refuses %s',
    (_name, body, header) => {
      expect(() => read(body, header)).toThrow(
        expect.objectContaining({ code: 'invalid_request', status: 400 }),
      );
    },
  );

  it('reads back whatever a client encodes as §2.3.1 has it', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((one) => !/\p{Cc}/u.test(one) && one.isWellFormed());
    const encode = (one: string): string =>
      new URLSearchParams({ '': one }).toString().slice(1);
    fc.assert(
      fc.property(text, text, (clientId, secret) => {
        expect(read({}, basic(`${encode(clientId)}:${encode(secret)}`))).toEqual({
          method: 'client_secret_basic',
          clientId,
          secret,
        });
      }),
    );
  });

  it('answers any header with credentials or a refusal, never with another failure', () => {
    const header = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((one) => basic(one)),
      fc.base64String().map((one) => `Basic ${one}`),
    );
    fc.assert(
      fc.property(header, (authorization) => {
        try {
          expect(read({}, authorization).method).toBe('client_secret_basic');
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError);
        }
      }),
    );
  });
});
