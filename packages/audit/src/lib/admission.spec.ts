import { describe, expect, it } from '@jest/globals';
import { generateApiKey } from '@nomo/security-core/api-key';
import { canonicalJson, type JsonValue } from '@nomo/security-core/hash-chain';
import { createRedactor } from '@nomo/security-core/redaction';
import { Secret } from '@nomo/security-core/secret';
import fc from 'fast-check';
import { z } from 'zod';

import { AuditError, AuditEventRefused } from '../errors.js';
import { admit, type OfferedEvent } from './admission.js';
import { readBody } from './stored-event.js';

const admission = {
  schemas: new Map<string, z.ZodObject>([
    ['thing.created', z.strictObject({ name: z.string() })],
    ['thing.noted', z.strictObject({ note: z.json() })],
    ['thing.nested', z.strictObject({ inner: z.object({ a: z.number() }) })],
    ['thing.defaulted', z.strictObject({ a: z.number().default(1) })],
    ['thing.any', z.strictObject({ value: z.unknown() })],
    ['thing.refresh', z.strictObject({ refreshToken: z.string().optional() })],
    ['thing.removed', z.strictObject({})],
  ]),
  redact: createRedactor({ names: ['aadhaar'], patterns: [/\b\d{4}-\d{4}-\d{4}\b/gu] }),
  now: () => new Date('2026-11-21T23:59:59.999Z'),
};

const event: OfferedEvent = {
  tenantId: '018F0000-0000-7000-8000-000000000001',
  action: 'thing.created',
  actor: { type: 'user', id: 'u1' },
  target: { type: 'thing', id: 't1' },
  details: { name: 'first' },
};

function refusal(offered: object): string {
  try {
    admit(admission, { ...event, ...offered });
  } catch (error) {
    if (error instanceof AuditEventRefused) return error.code;
    throw error;
  }
  return 'admitted';
}

const noted = (note: unknown): object => ({ action: 'thing.noted', details: { note } });

describe('admitting an event', () => {
  it('writes canonical JSON, and the tenant in lower case', () => {
    expect(
      admit(admission, {
        ...event,
        requestId: undefined,
        ip: '2001:db8::1',
        userAgent: 'curl',
      }),
    ).toEqual({
      tenantId: '018f0000-0000-7000-8000-000000000001',
      body: '{"action":"thing.created","actor":{"id":"u1","type":"user"},"details":{"name":"first"},"ip":"2001:db8::1","occurredAt":"2026-11-21T23:59:59.999Z","target":{"id":"t1","type":"thing"},"userAgent":"curl"}',
    });
  });

  it('takes no details for none, and what is undefined for what is not there', () => {
    expect(refusal({ action: 'thing.removed', details: undefined })).toBe('admitted');
    expect(refusal({ action: 'thing.removed', details: {} })).toBe('admitted');
    expect(refusal({ action: 'thing.refresh', details: { refreshToken: undefined } })).toBe(
      'admitted',
    );
  });

  it.each<[string, object]>([
    ['ERR_AUDIT_UNKNOWN_ACTION', { action: 'thing.forgotten' }],
    ['ERR_AUDIT_UNKNOWN_ACTION', { action: '__proto__' }],
    ['ERR_AUDIT_INVALID_EVENT', { tenantId: 'me' }],
    ['ERR_AUDIT_INVALID_EVENT', { tenantId: undefined }],
    ['ERR_AUDIT_INVALID_EVENT', { actor: { type: 'robot', id: 'r' } }],
    ['ERR_AUDIT_INVALID_EVENT', { actor: { type: 'user', id: '' } }],
    ['ERR_AUDIT_INVALID_EVENT', { actor: { type: 'user', id: 'u', name: 'Ada' } }],
    ['ERR_AUDIT_INVALID_EVENT', { target: { type: 'A thing', id: 't' } }],
    ['ERR_AUDIT_INVALID_EVENT', { ip: 'localhost' }],
    ['ERR_AUDIT_INVALID_EVENT', { requestId: 'r'.repeat(257) }],
    ['ERR_AUDIT_INVALID_EVENT', { session: 's1' }],
    ['ERR_AUDIT_INVALID_EVENT', noted(Number.NaN)],
    ['ERR_AUDIT_INVALID_EVENT', noted(1n)],
    ['ERR_AUDIT_INVALID_EVENT', { action: 'thing.any', details: { value: new Date(0) } }],
    ['ERR_AUDIT_INVALID_DETAILS', { details: { name: 1 } }],
    ['ERR_AUDIT_INVALID_DETAILS', { details: {} }],
    ['ERR_AUDIT_INVALID_DETAILS', { details: undefined }],
    ['ERR_AUDIT_UNKNOWN_KEY', { details: { name: 'n', colour: 'red' } }],
    ['ERR_AUDIT_UNKNOWN_KEY', { action: 'thing.removed', details: { a: 1 } }],
    ['ERR_AUDIT_UNKNOWN_KEY', { action: 'thing.nested', details: { inner: { a: 1, b: 2 } } }],
    ['ERR_AUDIT_UNKNOWN_KEY', { action: 'thing.defaulted', details: {} }],
    ['ERR_AUDIT_INVALID_TEXT', { details: { name: 'a\0b' } }],
    ['ERR_AUDIT_INVALID_TEXT', { details: { name: '\ud800' } }],
    ['ERR_AUDIT_INVALID_TEXT', noted({ 'a\0': 1 })],
    ['ERR_AUDIT_INVALID_TEXT', { userAgent: 'a\0' }],
    ['ERR_AUDIT_INVALID_TEXT', { target: { type: 'thing', id: '\udfff' } }],
    ['ERR_AUDIT_SECRET', { details: { name: generateApiKey({ mode: 'live' }).key.reveal() } }],
    ['ERR_AUDIT_SECRET', { target: { type: 'thing', id: 'Bearer abc.def' } }],
    ['ERR_AUDIT_SECRET', { actor: { type: 'user', id: 'Basic YTpi' } }],
    ['ERR_AUDIT_SECRET', noted({ deep: [{ newPassword: 'x' }] })],
    ['ERR_AUDIT_SECRET', noted({ aadhaar: 'x' })],
    ['ERR_AUDIT_SECRET', noted('number 1234-5678-9012')],
    ['ERR_AUDIT_SECRET', { action: 'thing.refresh', details: { refreshToken: 'x' } }],
    ['ERR_AUDIT_SECRET', noted('-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----')],
    ['ERR_AUDIT_TOO_LARGE', { details: { name: 'x'.repeat(65_536) } }],
    ['ERR_AUDIT_TOO_LARGE', noted(Array.from({ length: 1_001 }, () => 1))],
  ])('refuses with %s: %j', (code, offered) => {
    expect(refusal(offered)).toBe(code);
  });

  it('refuses a Secret, cycles and what has no end', () => {
    expect(
      refusal({ action: 'thing.any', details: { value: new Secret('hunter2') } }),
    ).not.toBe('admitted');
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(refusal(noted(cycle))).toBe('ERR_AUDIT_TOO_LARGE');
  });

  it('takes no UUID for a secret, whatever its digits look like', () => {
    const id = '00000000-1234-5678-9012-000000000000';
    expect(refusal({ actor: { type: 'user', id }, target: { type: 'thing', id } })).toBe(
      'admitted',
    );
    expect(refusal(noted(`${id} 1234-5678-9012`))).toBe('ERR_AUDIT_SECRET');
    const { requestId } = readBody(admit(admission, { ...event, requestId: id }).body) ?? {};
    expect(requestId).toBe(id);
  });

  it('takes secrets out of what a client says, and refuses nothing for it', () => {
    const written = (offered: object): unknown =>
      readBody(admit(admission, { ...event, ...offered }).body);
    expect(
      written({ requestId: 'token=abcdefgh', userAgent: 'curl Bearer abcdef' }),
    ).toMatchObject({
      requestId: 'token=[redacted]',
      userAgent: 'curl Bearer [redacted]',
    });
    // What shows that it is a secret may stand behind what is kept.
    const key = `-----BEGIN PRIVATE KEY-----${'x'.repeat(600)}-----END PRIVATE KEY-----`;
    expect(written({ userAgent: key })).toMatchObject({ userAgent: '[redacted]' });
  });

  it('lets 65,536 bytes of canonical JSON pass, and not one more', () => {
    const empty = Buffer.byteLength(admit(admission, { ...event, details: { name: '' } }).body);
    // Two bytes in UTF-8: it is bytes that are counted.
    const fits =
      'é'.repeat((65_536 - empty - 1) / 2) + ((65_536 - empty) % 2 === 0 ? 'xx' : 'x');
    const clipped = fits.slice(0, fits.length - (Buffer.byteLength(fits) - (65_536 - empty)));
    expect(
      Buffer.byteLength(admit(admission, { ...event, details: { name: clipped } }).body),
    ).toBe(65_536);
    expect(refusal({ details: { name: `${clipped}x` } })).toBe('ERR_AUDIT_TOO_LARGE');
  });

  it('cuts a user agent at 512 characters, and leaves out an empty one', () => {
    const written = (userAgent: string): unknown =>
      readBody(admit(admission, { ...event, userAgent }).body)?.userAgent;
    expect(written('x'.repeat(513))).toBe('x'.repeat(512));
    // Never half of a character.
    expect(written(`${'x'.repeat(511)}😀`)).toBe(`${'x'.repeat(511)}\ufffd`);
    expect(written('')).toBeUndefined();
  });

  it('repeats nothing of the event in its errors', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        try {
          admit(admission, { ...event, details: { [text]: text } });
        } catch (error) {
          if (!(error instanceof AuditError)) throw error;
          expect(error.message).not.toContain(text);
          expect(error.cause).toBeUndefined();
        }
      }),
    );
  });

  it('writes what it reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (note) => {
        const offered = { ...event, ...noted(note) };
        if (refusal(offered) === 'admitted') {
          const { body } = admit(admission, offered);
          const details = readBody(body)?.details ?? {};
          expect(canonicalJson(details)).toEqual(canonicalJson({ note: note as JsonValue }));
        }
      }),
    );
  });
});

describe('reading a body', () => {
  const { body } = admit(admission, event);

  it.each([
    '',
    'null',
    '{}',
    'not json',
    ` ${body}`,
    body.replace('{"name":"first"}', '{"name": "first"}'),
    body.replace('"user"', '"robot"'),
    body.replace('"name":"first"', '"name":"first","name":"second"'),
    body.replace('first', String.raw`\u0000`),
    body.replace('first', String.raw`\ud800`),
    body.replace('2026-11-21', '0000-11-21'),
    body.replace('2026-11-21', '2026-13-21'),
    body.replace('thing.created', 'thing'),
    body.replace('{"name":"first"}', '[]'),
  ])('knows that this is not one: %s', (text) => {
    expect(readBody(text)).toBeUndefined();
  });

  it('reads one', () => {
    expect(readBody(body)).toMatchObject({ action: 'thing.created' });
  });
});
