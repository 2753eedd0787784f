import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from '../errors.js';
import { Secret } from '../secret.js';
import { body, bytes, now, rawBody, refusal, seconds } from '../../test/webhook-samples.js';
import { signWebhook, standardWebhooks, verifyWebhook } from '../webhook.js';

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
