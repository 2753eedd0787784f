import { describe, expect, it } from '@jest/globals';
import { redactor } from './redaction.js';

const redact = redactor([/\bnmk_(?:live|test)_[\w.-]+/]);

const secret = 'hunter2';

/** Assembled here, so that no scanner takes this file for a leak. */
const pem = (kind: string): string =>
  ['-----BEGIN', ` ${kind}-----`, '\nhunter2\nhunter2\n', '-----END', ` ${kind}-----`].join('');

describe('redactor', () => {
  it.each([
    ['a key of the service', 'key nmk_live_hunter2.hunter2-hunter2 refused'],
    ['two of them', 'nmk_live_hunter2 and nmk_test_hunter2'],
    ['a private key', `loaded ${pem('PRIVATE KEY')}.`],
    ['an elliptic-curve key', pem('EC PRIVATE KEY')],
    ['a private key that was cut off', pem('PRIVATE KEY').slice(0, 40)],
    ['a bearer token', 'authorization: Bearer hunter2hunter2=='],
    ['two tokens in a row', 'Bearer hunter2hunter2 DPoP hunter2hunter2 Basic hunter2hunter2'],
    ['a token after one that ends in a scheme', 'Bearer authorization/Bearer hunter2hunter2'],
    ['basic credentials', 'Authorization: basic hunter2hunter2=='],
    ['a JSON Web Token', 'token eyJhunter2hunter2.hunter2.hunter2 expired'],
    ['a JSON Web Token after other words', 'id.v1.eyJhunter2hunter2.hunter2.hunter2'],
    ['the header of one', 'eyJhunter2hunter2.'],
    ['a password in a URL', `cannot connect to postgres://app:${secret}@db.internal:5432/main`],
    ['a password in a URL without a user', 'redis://:hunter2@cache:6379'],
  ])('takes out %s, and leaves a JSON line whole', (_case, message) => {
    const line = JSON.stringify({ msg: message, next: 'stays' });
    const redacted = redact(line);
    expect(redacted).not.toContain('hunter2');
    expect(redacted).toContain('[redacted]');
    expect(JSON.parse(redacted)).toMatchObject({ next: 'stays' });
  });

  it.each(['eyJ-', 'eyJ-.', '-----BEGIN A-----', 'a://b:c', 'bearer '])(
    'is done with %p, however often it comes',
    (part) => {
      // By the square of its length this would take hours, and Jest's own limit is what fails it.
      expect(typeof redact(JSON.stringify(part.repeat(1_000_000)))).toBe('string');
    },
  );

  it('leaves what is no secret', () => {
    const line = JSON.stringify({
      msg: 'listening on http://127.0.0.1:3000/a@b, postgres://app@db/main, basic setup, the bearer of news',
    });
    expect(redact(line)).toBe(line);
  });
});
