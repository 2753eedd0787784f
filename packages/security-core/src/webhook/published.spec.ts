import { describe, expect, it } from '@jest/globals';

import { bytes } from '../../test/webhook-samples.js';
import { github, signWebhook, standardWebhooks, svix, verifyWebhook } from '../webhook.js';

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

  it('Ed25519, as Svix signs', () => {
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
});
