import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from '../errors.js';
import { Secret } from '../secret.js';
import {
  body,
  genuine,
  hmacHex,
  now,
  rawBody,
  refusal,
  seconds,
  signatureHeader,
  withSignature,
} from '../../test/webhook-samples.js';
import {
  paddle,
  signWebhook,
  standardWebhooks,
  stripe,
  verifyWebhook,
  type ReceivedWebhook,
} from '../webhook.js';

describe.each(genuine)('%s', (_, scheme, received) => {
  const [name, value] = signatureHeader(received);

  it('is accepted as sent', () => {
    expect(refusal(scheme, received)).toBeUndefined();
  });

  it('is accepted with headers as Fetch has them, in another case, or in lists', () => {
    const record = received.headers as Record<string, string>;
    for (const headers of [
      new Headers(record),
      Object.fromEntries(
        Object.entries(record).map(([key, text]) => [key.toUpperCase(), text]),
      ),
      Object.fromEntries(Object.entries(record).map(([key, text]) => [key, [text]])),
      { ...record, 'content-type': 'application/json', unset: undefined },
    ]) {
      expect(refusal(scheme, { ...received, headers })).toBeUndefined();
    }
  });

  it('is refused with any single bit of the body flipped', () => {
    fc.assert(
      fc.property(fc.nat({ max: rawBody.length * 8 - 1 }), (bit) => {
        const flipped = rawBody.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(refusal(scheme, { ...received, rawBody: flipped })).toBe('signature_mismatch');
      }),
    );
  });

  it('is refused with any single bit of any of its headers flipped', () => {
    for (const [header, text] of Object.entries(received.headers as Record<string, string>)) {
      for (let bit = 0; bit < text.length * 8; bit += 1) {
        const at = bit >> 3;
        const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit & 7)));
        const headers = {
          ...(received.headers as object),
          [header]: text.slice(0, at) + flipped + text.slice(at + 1),
        };
        expect(refusal(scheme, { ...received, headers })).toBeDefined();
      }
    }
  });

  it('is refused under a secret with any single bit flipped, if that is a secret at all', () => {
    const secret = String(received.secrets[0]);
    for (let bit = 0; bit < secret.length * 8; bit += 1) {
      const at = bit >> 3;
      const flipped = String.fromCharCode(secret.charCodeAt(at) ^ (1 << (bit & 7)));
      const secrets = [secret.slice(0, at) + flipped + secret.slice(at + 1)];
      let accepted = false;
      try {
        accepted = verifyWebhook(scheme, { ...received, secrets }).verified;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgument);
      }
      expect(accepted).toBe(false);
    }
  });

  it('is refused under another secret, and accepted when it is one of several', () => {
    const other = 'whsec_b3RoZXIgc2VjcmV0';
    expect(refusal(scheme, { ...received, secrets: [other] })).toBe('signature_mismatch');
    const [secret = ''] = received.secrets;
    const verdict = verifyWebhook(scheme, {
      ...received,
      secrets: [other, new Secret(String(secret)), other],
    });
    expect(verdict).toMatchObject({ verified: true, secretIndex: 1 });
  });

  it('is refused without its headers, with one twice, and with one too long', () => {
    for (const header of scheme.headers) {
      const rest = Object.entries(received.headers as Record<string, string>).filter(
        ([key]) => key !== header,
      );
      const text = (received.headers as Record<string, string>)[header] ?? '';
      const withHeaders = (more: ReceivedWebhook['headers']) =>
        refusal(scheme, {
          ...received,
          headers: Object.assign(Object.fromEntries(rest), more),
        });
      expect(withHeaders({})).toBe('header_missing');
      expect(withHeaders({ [header]: undefined })).toBe('header_missing');
      expect(withHeaders({ [header]: [] })).toBe('header_missing');
      expect(withHeaders({ [header]: [text, text] })).toBe('header_duplicated');
      expect(withHeaders({ [header]: text, [header.toUpperCase()]: text })).toBe(
        'header_duplicated',
      );
      expect(withHeaders({ [header]: text + 'a'.repeat(4097 - text.length) })).toBe(
        'header_malformed',
      );
      const joined = new Headers(Object.fromEntries([...rest, [header, text]]));
      joined.append(header, text);
      expect(refusal(scheme, { ...received, headers: joined })).toBeDefined();
    }
    expect(refusal(scheme, { ...received, headers: new Headers() })).toBe('header_missing');
    expect(refusal(scheme, { ...received, headers: {} })).toBe('header_missing');
    expect(refusal(scheme, withSignature(received, ''))).toMatch(/malformed$/u);
  });

  it('is refused when the signature is cut, grown, or written in another alphabet', () => {
    for (const wrong of [
      value.slice(0, -1),
      value.slice(0, -2),
      `${value}0`,
      `${value}00`,
      `${value}\n`,
      ` ${value}`,
      `${value} `,
      value.toUpperCase(),
      value.slice(0, -1) + 'é',
      value.slice(0, -1) + 'g',
    ]) {
      expect(refusal(scheme, withSignature(received, wrong))).toBeDefined();
    }
  });

  it('never throws for anything a sender can write', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.uint8Array(),
        (text, data) => {
          const headers = Object.fromEntries(scheme.headers.map((header) => [header, text]));
          expect(refusal(scheme, { ...received, headers, rawBody: data })).toBeDefined();
          expect(refusal(scheme, withSignature(received, text))).toBeDefined();
        },
      ),
    );
  });

  it('throws for a program that is wrong: a parsed body, no secret, an empty one', () => {
    for (const wrong of [
      { rawBody: body as unknown as Uint8Array },
      { rawBody: JSON.parse(body) as Uint8Array },
      { secrets: [] },
      { secrets: [''] },
      { secrets: [new Secret('')] },
      { now: new Date(NaN) },
      { toleranceSeconds: NaN },
      { toleranceSeconds: -1 },
      { toleranceSeconds: Infinity },
    ]) {
      expect(() => verifyWebhook(scheme, { ...received, ...wrong })).toThrow(InvalidArgument);
    }
  });

  it('reads a header that is not there as malformed, not as an error', () => {
    expect(scheme.read([])).toMatch(/malformed$/u);
    expect(name).toBe(name.toLowerCase());
  });
});

describe.each(
  genuine
    .filter(([, { headers }]) => headers[0] !== 'x-sig')
    .filter(([, scheme]) => [stripe, paddle, standardWebhooks].includes(scheme as never)),
)('the time of %s', (_, scheme, received) => {
  const at = (offset: number) => new Date(now.getTime() + offset * 1000);

  it.each([
    [300, undefined],
    [300.001, 'timestamp_too_old'],
    [31_536_000, 'timestamp_too_old'],
    [-300, undefined],
    [-300.001, 'timestamp_in_future'],
    [-31_536_000, 'timestamp_in_future'],
  ])('read %d seconds after it was signed: %s', (offset, reason) => {
    expect(refusal(scheme, { ...received, now: at(offset) })).toBe(reason);
  });

  it('is told to the caller', () => {
    const verdict = verifyWebhook(scheme, received);
    expect(verdict).toMatchObject({ verified: true, message: { timestamp: now } });
  });

  it('is held to the tolerance that is asked for', () => {
    const within = (toleranceSeconds: number, offset: number) =>
      refusal(scheme, { ...received, toleranceSeconds, now: at(offset) });
    expect(within(5, 5)).toBeUndefined();
    expect(within(5, 6)).toBe('timestamp_too_old');
    expect(within(0, 0)).toBeUndefined();
    expect(within(0, -1)).toBe('timestamp_in_future');
  });

  it('goes by the present when no time is given', () => {
    const { now: _omitted, ...present } = received;
    expect(refusal(scheme, present)).toBe('timestamp_too_old');
  });

  it.each([
    'abc',
    '',
    '-1',
    '+1',
    '1.5',
    '01',
    '1e9',
    '0x10',
    ' 1',
    '1 ',
    '1abc',
    '9'.repeat(13),
    '٣',
  ])('is refused as %j', (text) => {
    const headers = Object.fromEntries(
      Object.entries(received.headers as Record<string, string>).map(([header, value]) => [
        header,
        value.replace(String(seconds), text),
      ]),
    );
    expect(refusal(scheme, { ...received, headers })).toMatch(/malformed$/u);
  });

  it('is refused with letters behind the digits, even where the vendor reads past them', () => {
    const headers = Object.fromEntries(
      Object.entries(received.headers as Record<string, string>).map(([header, value]) => [
        header,
        value.replace(String(seconds), `${seconds}abc`),
      ]),
    );
    expect(refusal(scheme, { ...received, headers })).toBe('timestamp_malformed');
  });
});

describe('lists of signatures', () => {
  const right = hmacHex('new', `${seconds}.${body}`);
  const wrong = hmacHex('other', `${seconds}.${body}`);
  const check = (header: string, secrets = ['new']) =>
    refusal(stripe, { rawBody, now, secrets, headers: { 'stripe-signature': header } });

  it('pass by any one of them, in any order', () => {
    expect(check(`t=${seconds},v1=${wrong},v1=${right}`)).toBeUndefined();
    expect(check(`t=${seconds},v1=${right},v1=${wrong}`)).toBeUndefined();
    expect(check(`v1=${right},t=${seconds}`)).toBeUndefined();
    expect(check(`t=${seconds},v1=${wrong},v1=${wrong}`)).toBe('signature_mismatch');
    const paddleRight = hmacHex('new', `${seconds}:${body}`);
    for (const header of [
      `ts=${seconds};h1=${paddleRight};h1=${wrong}`,
      `ts=${seconds};h1=${wrong};h1=${paddleRight}`,
    ]) {
      const headers = { 'paddle-signature': header };
      expect(refusal(paddle, { rawBody, now, secrets: ['new'], headers })).toBeUndefined();
    }
  });

  it('pass over names they do not know, and take none of them for a signature', () => {
    expect(check(`t=${seconds},v1=${right},v0=${wrong},v2=x`)).toBeUndefined();
    expect(check(`t=${seconds},v0=${right}`)).toBe('signature_malformed');
    expect(check(`t=${seconds},V1=${right}`)).toBe('signature_malformed');
  });

  it('are refused whole when one part is malformed', () => {
    for (const header of [
      `t=${seconds},v1=${right},v1=zz`,
      `t=${seconds},v1=${right},v1=${right.toUpperCase()}`,
      `t=${seconds}`,
    ]) {
      expect(check(header)).toBe('signature_malformed');
    }
    for (const header of [
      `t=${seconds},v1=${right},`,
      `t=${seconds},v1=${right},v1`,
      `t=${seconds},v1=${right},v1=`,
      `t=${seconds},v1=${right},=x`,
      `t=${seconds},v1=${right},v0 v2=x`,
      `t=${seconds}, v1=${right}`,
    ]) {
      expect(check(header)).toBe('header_malformed');
    }
    expect(check(`t=${seconds},t=${seconds},v1=${right}`)).toBe('timestamp_malformed');
    expect(check(`v1=${right}`)).toBe('timestamp_malformed');
    expect(check(`t=${seconds} ,v1=${right}`)).toBe('timestamp_malformed');
    expect(check(`t=${seconds};v1=${right}`)).toBe('timestamp_malformed');
  });

  it('are refused when they are longer than a sender has reason for', () => {
    expect(check(`t=${seconds}${`,v1=${right}`.repeat(10)}`)).toBeUndefined();
    expect(check(`t=${seconds}${`,v1=${right}`.repeat(11)}`)).toBe('signature_malformed');
    const header = `t=${seconds},v1=${right},v0=`;
    expect(check(header.padEnd(4_096, 'a'))).toBeUndefined();
    expect(check(header.padEnd(4_097, 'a'))).toBe('header_malformed');
  });
});

describe('what an error says', () => {
  it('never contains a secret', () => {
    const secret = 'whsec_not*base64';
    for (const call of [
      () => verifyWebhook(standardWebhooks, { rawBody, headers: {}, secrets: [secret] }),
      () => signWebhook({ id: 'a', rawBody, secrets: [secret] }),
    ]) {
      expect(call).toThrow(InvalidArgument);
      expect(call).not.toThrow(/base64\*|not\*/u);
    }
  });
});
