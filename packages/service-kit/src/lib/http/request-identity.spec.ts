import { describe, expect, it } from '@jest/globals';
import { type IncomingMessage } from 'node:http';
import { clientAddressOf, newRequestId, requestIdOf } from './request-identity.js';

const PEER = '10.0.0.1';

function request(headers: Record<string, string>): IncomingMessage {
  return { headers, socket: { remoteAddress: PEER } } as unknown as IncomingMessage;
}

describe('clientAddressOf', () => {
  it.each([
    ['no proxy of ours: the header is the client’s own', '1.1.1.1', 0, PEER],
    ['one proxy: its entry', '1.1.1.1', 1, '1.1.1.1'],
    ['one proxy: what was there before it is forged', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['two proxies', '6.6.6.6, 1.1.1.1, 10.0.0.2', 2, '1.1.1.1'],
    ['fewer entries than proxies: the outermost there is', '1.1.1.1', 2, '1.1.1.1'],
    ['IPv6', '2001:db8::7', 1, '2001:db8::7'],
    ['no address at all', 'nmk_live_secret', 1, PEER],
    ['empty', '', 1, PEER],
    ['only commas', ' , ,', 1, PEER],
  ])('%s', (_case, header, proxies, expected) => {
    expect(clientAddressOf(request({ 'x-forwarded-for': header }), proxies)).toBe(expected);
  });

  it('is the peer when a proxy sent no header', () => {
    expect(clientAddressOf(request({}), 1)).toBe(PEER);
  });
});

describe('requestIdOf', () => {
  const given = 'edge-7f3a:0001';

  it('takes over the id of a trusted proxy', () => {
    expect(requestIdOf(request({ 'x-request-id': given }), 1)).toBe(given);
  });

  it('believes nobody when there is no proxy', () => {
    expect(requestIdOf(request({ 'x-request-id': given }), 0)).not.toBe(given);
  });

  it.each(['short', 'a'.repeat(129), 'with space', 'quote"quote', 'ünïcode-id'])(
    'gives a new id instead of a malformed one: %s',
    (malformed) => {
      expect(requestIdOf(request({ 'x-request-id': malformed }), 1)).toMatch(/^req_/);
    },
  );

  it('is 128 bits of randomness', () => {
    expect(newRequestId()).toMatch(/^req_[\w-]{22}$/);
    expect(newRequestId()).not.toBe(newRequestId());
  });
});
