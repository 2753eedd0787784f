import { describe, expect, it } from '@jest/globals';

import { getOf, postOf } from '../../../test/memory/requests.js';
import { issuer, key, stand } from '../../../test/memory/standing.js';
import { discovery, serverMetadata } from './discovery.js';
import { jwks } from './jwks.js';
import {
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from './protected-resource.js';

describe('discovery', () => {
  it('names every endpoint below the issuer, and no flow or method that is not there', async () => {
    const { context } = await stand();
    const { body, headers, status } = discovery(context, getOf());
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300' });
    expect(body).toMatchObject({
      issuer,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
    });
    const addresses = Object.entries(body ?? {}).filter(([name]) =>
      /_endpoint$|_uri$/.test(name),
    );
    expect(addresses.length).toBe(9);
    for (const [, address] of addresses) {
      expect(address).toMatch(/^https:\/\/id\.example\/acme\/\w/);
    }
    expect(JSON.stringify(body)).not.toMatch(/"(implicit|password|plain)"/);
  });

  it('is not sent again to who has it', async () => {
    const { context } = await stand();
    const { headers } = discovery(context, getOf());
    const tag = headers['etag'] ?? '';
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = discovery(context, getOf({}, { 'if-none-match': known }));
      expect(again).toMatchObject({ status: 304 });
      expect(again).not.toHaveProperty('body');
    }
    expect(discovery(context, getOf({}, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answers no other method', async () => {
    const { context } = await stand();
    expect(() => discovery(context, postOf({}))).toThrow(
      expect.objectContaining({ status: 405 }),
    );
  });
});

describe('jwks', () => {
  it('shows public members alone, whatever the signer holds', async () => {
    const { context } = await stand();
    const whole = key.privateKey.export({ format: 'jwk' });
    const leaky = {
      ...context.signer,
      jwks: () => Promise.resolve({ keys: [{ ...whole, kid: 'k' }] }),
    };
    for (const signer of [context.signer, leaky]) {
      const { body } = await jwks({ ...context, signer }, getOf());
      const shown = JSON.stringify(body);
      expect(shown).toContain(whole.n);
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
        expect(shown).not.toContain(whole[secret]);
      }
    }
  });

  it('is what the tokens are signed with', async () => {
    const { context } = await stand();
    expect((await jwks(context, getOf())).body).toMatchObject({
      keys: [{ kty: 'RSA', kid: 'key-1', use: 'sig', alg: 'RS256', e: 'AQAB' }],
    });
  });
});

describe('protectedResourceMetadata', () => {
  it('tells who issues the tokens of a resource, and nothing of one that is unknown', async () => {
    const { context } = await stand();
    expect(protectedResourceMetadata(context, 'https://photos.example')).toMatchObject({
      resource: 'https://photos.example',
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    });
    expect(protectedResourceMetadata(context, 'https://other.example')).toBeUndefined();
    expect(serverMetadata(context)['protected_resources']).toContain('https://photos.example');
  });
});

describe('protectedResourceMetadataUrl', () => {
  it('has the well-known path before that of the resource', () => {
    const wellKnown = '/.well-known/oauth-protected-resource';
    for (const [identifier, url] of [
      ['https://id.example/acme/api', `https://id.example${wellKnown}/acme/api`],
      ['https://photos.example', `https://photos.example${wellKnown}`],
      ['https://photos.example/', `https://photos.example${wellKnown}`],
      ['https://a.example:444/b?c=d', `https://a.example:444${wellKnown}/b?c=d`],
    ] as const)
      expect(protectedResourceMetadataUrl(identifier)).toBe(url);
  });
});
