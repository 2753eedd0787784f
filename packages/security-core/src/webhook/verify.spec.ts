import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from '../errors.js';
import { Secret } from '../secret.js';
import {
  github,
  hmacSha256,
  lemonSqueezy,
  paddle,
  razorpay,
  signWebhook,
  standardWebhooks,
  stripe,
  svix,
  verifyWebhook,
  type ReceivedWebhook,
  type WebhookScheme,
} from '../webhook.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const hmacHex = (key: string, text: string) =>
  createHmac('sha256', key).update(text).digest('hex');

const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const body = '{"event":"paid","amount":1200}';
const rawBody = bytes(body);

/** For each scheme a genuine webhook, made here from the vendor's description alone. */
const genuine: [string, WebhookScheme<unknown>, ReceivedWebhook][] = [
  [
    'Stripe',
    stripe,
    {
      rawBody,
      now,
      secrets: ['whsec_stripe'],
      headers: {
        'stripe-signature': `t=${seconds},v1=${hmacHex('whsec_stripe', `${seconds}.${body}`)}`,
      },
    },
  ],
  [
    'Paddle',
    paddle,
    {
      rawBody,
      now,
      secrets: ['pdl_ntfset_1'],
      headers: {
        'paddle-signature': `ts=${seconds};h1=${hmacHex('pdl_ntfset_1', `${seconds}:${body}`)}`,
      },
    },
  ],
  [
    'Lemon Squeezy',
    lemonSqueezy,
    { rawBody, now, secrets: ['lemon'], headers: { 'x-signature': hmacHex('lemon', body) } },
  ],
  [
    'Razorpay',
    razorpay,
    {
      rawBody,
      now,
      secrets: ['razor'],
      headers: { 'x-razorpay-signature': hmacHex('razor', body) },
    },
  ],
  [
    'GitHub',
    github,
    {
      rawBody,
      now,
      secrets: ['octo'],
      headers: { 'x-hub-signature-256': `sha256=${hmacHex('octo', body)}` },
    },
  ],
  [
    'Standard Webhooks',
    standardWebhooks,
    {
      rawBody,
      now,
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')).update(`msg_1.${seconds}.${body}`).digest('base64')}`,
      },
    },
  ],
  [
    'a generic one in base64url',
    hmacSha256({ header: 'X-Sig', encoding: 'base64url', prefix: 'v=' }),
    {
      rawBody,
      now,
      secrets: ['generic'],
      headers: {
        'x-sig': `v=${createHmac('sha256', 'generic').update(body).digest('base64url')}`,
      },
    },
  ],
];

function refusal(
  scheme: WebhookScheme<unknown>,
  received: ReceivedWebhook,
): string | undefined {
  const verdict = verifyWebhook(scheme, received);
  if (!verdict.verified) {
    expect(verdict.publicReason).toBe('invalid_signature');
  }
  return verdict.verified ? undefined : verdict.reason;
}

/** The name and value of the header that bears the signature. */
function signatureHeader({ headers }: ReceivedWebhook): [string, string] {
  const entries = Object.entries(headers as Record<string, string>);
  const found = entries.find(([name]) => name.includes('sig'));
  if (found === undefined) {
    throw new Error('No header of the sample bears a signature');
  }
  return found;
}

function withSignature(received: ReceivedWebhook, value: string): ReceivedWebhook {
  const [name] = signatureHeader(received);
  return { ...received, headers: { ...(received.headers as object), [name]: value } };
}

describe('published examples', () => {
  it('Standard Webhooks', () => {
    // standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts @b2fa7b8
    const verdict = verifyWebhook(standardWebhooks, {
      rawBody: bytes('{"test": 2432232314}'),
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      now: new Date(1_614_265_330_000),
    });
    expect(verdict).toEqual({
      verified: true,
      message: {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        timestamp: new Date(1_614_265_330_000),
      },
      secretIndex: 0,
    });
  });

  it('Svix', () => {
    // https://docs.svix.com/receiving/verifying-payloads/how-manual
    const verdict = verifyWebhook(svix, {
      rawBody: bytes('{"event_type":"ping","data":{"success":true}}'),
      headers: {
        'svix-id': 'msg_loFOjxBNrRLzqYUf',
        'svix-timestamp': '1731705121',
        'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
      },
      secrets: ['whsec_plJ3nmyCDGBKInavdOK15jsl'],
      now: new Date(1_731_705_121_000),
    });
    expect(verdict.verified).toBe(true);
  });

  it('GitHub', () => {
    // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    const verdict = verifyWebhook(github, {
      rawBody: bytes('Hello, World!'),
      headers: {
        'X-Hub-Signature-256':
          'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
      secrets: ["It's a Secret to Everybody"],
    });
    expect(verdict).toEqual({ verified: true, message: {}, secretIndex: 0 });
  });
});

it('the published example of Ed25519 is signed and accepted', () => {
  // svix/svix-webhooks, server/svix-server/src/worker.rs, test_asymmetric_key_signing
  const rawBody = bytes('{"test": 2432232314}');
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const timestamp = new Date(1_614_265_330_000);
  const whsk =
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
  const whpk = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
  const headers = signWebhook({ id, timestamp, rawBody, secrets: [whsk] });
  expect(headers['webhook-signature']).toBe(
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  );
  for (const secret of [whpk, whpk.replace(/=+$/u, '')]) {
    const received = { rawBody, headers: { ...headers }, secrets: [secret], now: timestamp };
    expect(verifyWebhook(standardWebhooks, received)).toMatchObject({ verified: true });
  }
  const unpadded = signWebhook({
    id,
    timestamp,
    rawBody,
    secrets: [whsk.replace(/=+$/u, '')],
  });
  expect(unpadded).toEqual(headers);
});

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

describe('Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const [seed, point] = [jwk.d ?? '', jwk.x ?? ''].map((text) =>
    Buffer.from(text, 'base64url'),
  );
  const whpk = `whpk_${point?.toString('base64') ?? ''}`;
  const whsk = `whsk_${Buffer.concat([seed ?? Buffer.of(), point ?? Buffer.of()]).toString('base64')}`;
  const signed = Buffer.from(`msg_1.${seconds}.${body}`);
  const v1 = `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(signed)
    .digest('base64')}`;
  const v1a = `v1a,${sign(null, signed, privateKey).toString('base64')}`;
  const check = (signature: string, secrets: string[], id = 'msg_1') =>
    refusal(standardWebhooks, {
      rawBody,
      now,
      secrets,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signature,
      },
    });

  it('accepts Ed25519 under the public key, and each kind only by its own key', () => {
    expect(publicKey.asymmetricKeyType).toBe('ed25519');
    expect(check(v1a, [whpk])).toBeUndefined();
    expect(check(`${v1} ${v1a}`, [whpk])).toBeUndefined();
    expect(check(`${v1a} ${v1}`, [secret])).toBeUndefined();
    expect(check(v1a, [secret])).toBe('signature_mismatch');
    expect(check(v1, [whpk])).toBe('signature_mismatch');
    expect(check(v1a.replace('v1a', 'v1'), [whpk])).toBe('signature_malformed');
    expect(check(v1.replace('v1', 'v1a'), [secret])).toBe('signature_malformed');
  });

  it('refuses any single bit of an Ed25519 signature flipped', () => {
    for (let bit = 0; bit < v1a.length * 8; bit += 1) {
      const at = bit >> 3;
      const flipped = String.fromCharCode(v1a.charCodeAt(at) ^ (1 << (bit & 7)));
      expect(check(v1a.slice(0, at) + flipped + v1a.slice(at + 1), [whpk])).toBeDefined();
    }
  });

  it('passes over other versions, and refuses the list when a part is malformed', () => {
    expect(check(`v2,abc ${v1}`, [secret])).toBeUndefined();
    expect(check(`v2,abc`, [secret])).toBe('signature_malformed');
    for (const list of [
      `${v1} `,
      ` ${v1}`,
      `${v1}  ${v1}`,
      `${v1} v1`,
      `${v1} ,x`,
      `${v1} v1,`,
      `${v1} v1a,AAAA`,
      `${v1} noise`,
    ]) {
      expect(check(list, [secret])).toBe('signature_malformed');
    }
    expect(check(Array.from({ length: 10 }, () => v1).join(' '), [secret])).toBeUndefined();
    expect(check(Array.from({ length: 11 }, () => v1).join(' '), [secret])).toBe(
      'signature_malformed',
    );
  });

  it('refuses an id that could be confused with the time, or that no sender writes', () => {
    for (const id of ['', 'msg.1', 'msg 1', 'msg\n1', 'é', 'm'.repeat(257)]) {
      expect(check(v1, [secret], id)).toBe('header_malformed');
    }
    expect(check(v1, [secret], 'm'.repeat(256))).toBe('signature_mismatch');
    expect(check(v1, [secret], '~/-!')).toBe('signature_mismatch');
  });

  it('takes a secret without its prefix or its padding, and throws for one that is none', () => {
    expect(check(v1, [secret.slice(6)])).toBeUndefined();
    const key = Buffer.alloc(32, 7);
    const padded = `whsec_${key.toString('base64')}`;
    const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    for (const form of [padded, padded.slice(6), padded.slice(0, -1), padded.slice(6, -1)]) {
      expect(check(signature, [form])).toBeUndefined();
    }
    // What a sender writes has to be as it should be, with the padding.
    expect(check(signature.slice(0, -1), [padded])).toBe('signature_malformed');
    for (const wrong of [
      'whsec_',
      'whsec_*',
      'whsec_abcde',
      'whsec_abc===',
      'whsec_=',
      'whsec_ab-_',
      'whpk_',
      'whpk_AAAA',
      `whpk_${whpk}`,
      whsk,
    ]) {
      expect(() => check(v1, [wrong])).toThrow(InvalidArgument);
    }
  });

  describe('signWebhook', () => {
    const message = { id: 'msg_1', timestamp: now, rawBody };

    it('signs the published example', () => {
      // standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts @b2fa7b8
      expect(
        signWebhook({
          id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
          timestamp: new Date(1_614_265_330_999),
          rawBody: bytes('{"test": 2432232314}'),
          secrets: [secret],
        }),
      ).toEqual({
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      });
    });

    it('signs under several secrets at once, symmetric and not', () => {
      const shortWhsk = `whsk_${seed?.toString('base64') ?? ''}`;
      const headers = signWebhook({
        ...message,
        secrets: [secret, new Secret(whsk), shortWhsk],
      });
      expect(headers['webhook-signature']).toBe(`${v1} ${v1a} ${v1a}`);
    });

    it('is understood by verifyWebhook, whatever the message', () => {
      fc.assert(
        fc.property(fc.uint8Array(), fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), (data, id) => {
          const headers = { ...signWebhook({ id, rawBody: data, secrets: [secret] }) };
          const verdict = verifyWebhook(standardWebhooks, {
            rawBody: data,
            headers,
            secrets: [secret],
          });
          expect(verdict).toMatchObject({ verified: true, message: { id } });
        }),
      );
    });

    it('throws for what cannot be signed', () => {
      const halves = Buffer.concat([seed ?? Buffer.of(), Buffer.alloc(32)]).toString('base64');
      for (const wrong of [
        { id: 'msg.1' },
        { id: '' },
        { timestamp: new Date(NaN) },
        { timestamp: new Date(0) },
        { secrets: [] },
        { secrets: [''] },
        { secrets: ['whsec_'] },
        { secrets: [whpk] },
        { secrets: ['whsk_AAAA'] },
        { secrets: ['whsk_*'] },
        { secrets: [`whsk_${halves}`] },
        { rawBody: body as unknown as Uint8Array },
      ]) {
        expect(() => signWebhook({ ...message, secrets: [secret], ...wrong })).toThrow(
          InvalidArgument,
        );
      }
    });
  });
});

describe('hmacSha256', () => {
  // RFC 4231, sections 4.2 to 4.8, those with the whole of HMAC-SHA-256.
  it.each([
    [
      '1',
      '0b'.repeat(20),
      Buffer.from('Hi There').toString('hex'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      '2',
      Buffer.from('Jefe').toString('hex'),
      Buffer.from('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      '3',
      'aa'.repeat(20),
      'dd'.repeat(50),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
    [
      '4',
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      'cd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      '6',
      'aa'.repeat(131),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      '7',
      'aa'.repeat(131),
      Buffer.from(
        'This is a test using a larger than block-size key and a larger than block-size data. ' +
          'The key needs to be hashed before being used by the HMAC algorithm.',
      ).toString('hex'),
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('computes test case %s of RFC 4231', (_, key, data, signature) => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex', secretEncoding: 'hex' });
    const check = (sig: string) =>
      refusal(scheme, { rawBody: Buffer.from(data, 'hex'), secrets: [key], headers: { sig } });
    expect(check(signature)).toBeUndefined();
    expect(check('0'.repeat(64))).toBe('signature_mismatch');
    expect(() => refusal(scheme, { rawBody, secrets: ['zz'], headers: {} })).toThrow(
      InvalidArgument,
    );
    expect(() => refusal(scheme, { rawBody, secrets: [''], headers: {} })).toThrow(
      InvalidArgument,
    );
  });

  it('refuses the shortened code of test case 5 of RFC 4231, and takes the whole', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex', secretEncoding: 'hex' });
    const check = (sig: string) =>
      refusal(scheme, {
        rawBody: bytes('Test With Truncation'),
        secrets: ['0c'.repeat(20)],
        headers: { sig },
      });
    const short = 'a3b6167473100ee06e0c796c2955552b';
    expect(check(short)).toBe('signature_malformed');
    expect(check(`${short}fa6f7c0a6a8aef8b93f860aab0cd20c5`)).toBeUndefined();
  });

  it('covers an empty body and a giant one, to the last byte', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'base64url' });
    for (const large of [Buffer.alloc(0), Buffer.alloc(16 * 1024 * 1024, 'é')]) {
      const sig = createHmac('sha256', 'k').update(large).digest('base64url');
      const received = { rawBody: large, secrets: ['k'], headers: { sig } };
      expect(refusal(scheme, received)).toBeUndefined();
      const longer = Buffer.concat([large, Buffer.of(0)]);
      expect(refusal(scheme, { ...received, rawBody: longer })).toBe('signature_mismatch');
    }
  });

  it('takes the text of a secret as UTF-8, whatever stands in it', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex' });
    const accepted = (secret: string, signedWith: string) =>
      refusal(scheme, {
        rawBody,
        secrets: [secret],
        headers: { sig: hmacHex(signedWith, body) },
      }) === undefined;
    const texts = ['ключ', '🔑', ' space ', 'space', 'e\u0301', '\u00e9', '='];
    for (const signedWith of texts) {
      expect(texts.filter((text) => accepted(text, signedWith))).toEqual([signedWith]);
    }
  });

  it('refuses a header without a name', () => {
    expect(() => hmacSha256({ header: '', encoding: 'hex' })).toThrow(InvalidArgument);
  });

  it('wants the prefix exactly', () => {
    const scheme = hmacSha256({ header: 'X-Sig', encoding: 'hex', prefix: 'sha256=' });
    const check = (value: string) =>
      refusal(scheme, { rawBody, secrets: ['k'], headers: { 'x-sig': value } });
    expect(check(`sha256=${hmacHex('k', body)}`)).toBeUndefined();
    for (const value of [
      hmacHex('k', body),
      `sha1=${hmacHex('k', body)}`,
      `SHA256=${hmacHex('k', body)}`,
    ]) {
      expect(check(value)).toBe('signature_malformed');
    }
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
