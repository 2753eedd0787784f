import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  authorize,
  endSession,
  OAuthError,
  pushAuthorizationRequest,
  userinfo,
  type OAuthRequest,
} from '../src/index.js';
import { alice, stand, webApplication, type Standing } from './memory/standing.js';

/** Stands in every wrong value, and may stand in no answer of ours. */
const marker = 'smuggled';

const good: Readonly<Record<string, string>> = {
  client_id: 'web-app',
  redirect_uri: 'https://app.example/callback',
  response_type: 'code',
  response_mode: 'query',
  scope: 'openid',
  state: 's',
  nonce: 'n',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  prompt: 'login',
  max_age: '60',
  login_hint: 'alice@example.com',
  acr_values: 'urn:acme:one',
  claims: '{"userinfo":{"email":null}}',
  ui_locales: 'en',
  display: 'page',
  dpop_jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  resource: 'https://photos.example',
  id_token_hint: '',
  request: '',
  request_uri: '',
  registration: '',
};

/** What is done to one parameter, as text of the form. */
const damages: Readonly<Record<string, (name: string, value: string) => string>> = {
  missing: () => '',
  empty: (name) => `${name}=`,
  bare: (name) => name,
  repeated: (name, value) => `${name}=${value}&${name}=${value}`,
  'repeated differently': (name, value) => `${name}=${value}&${name}=${marker}`,
  wrong: (name) => `${name}=${marker}`,
  'a script': (name) => `${name}=%3Cscript%3E${marker}`,
  'an array': (name, value) => `${name}[]=${value}&${name}[0]=${marker}`,
  'an object': (name) => `${name}[${marker}]=1`,
  JSON: (name) => `${name}=%7B%22${marker}%22%3A%7B%7D%7D`,
  'over-long': (name) => `${name}=${'x'.repeat(8_193)}`,
  'long but allowed': (name) => `${name}=${'x'.repeat(8_192)}`,
  NUL: (name, value) => `${name}=${value}%00${marker}`,
  'a line break': (name, value) => `${name}=${value}%0D%0ALocation:${marker}`,
  'no UTF-8': (name) => `${name}=%FF%FE`,
  'a surrogate': (name) => `${name}=%ED%A0%80`,
  'a broken encoding': (name) => `${name}=%`,
  'in another case': (name, value) => `${name.toUpperCase()}=${value}`,
  'with spaces': (name, value) => `${name}=+${value}+`,
};

const formWith = (damaged: string, damage: (name: string, value: string) => string): string =>
  Object.entries(good)
    .filter(([name, value]) => value !== '' || name === damaged)
    .map(([name, value]) =>
      name === damaged
        ? damage(name, encodeURIComponent(value))
        : `${name}=${encodeURIComponent(value)}`,
    )
    .filter((part) => part !== '')
    .join('&');

const cases = Object.keys(good).flatMap((name) =>
  Object.entries(damages).map(
    ([kind, damage]) => [name, kind, formWith(name, damage)] as const,
  ),
);

const post = (
  body: string,
  contentType = 'application/x-www-form-urlencoded',
): OAuthRequest => ({
  method: 'POST',
  query: '',
  headers: { 'content-type': [contentType] },
  body: Buffer.from(body, 'latin1'),
});

let standing: Standing;

beforeAll(async () => {
  standing = await stand();
  standing.store.state.applications.set('web-app', { ...webApplication, firstParty: true });
});

/** Asks, and checks what holds of every answer of the authorization endpoint. */
async function askSafely(request: OAuthRequest): Promise<string> {
  const before = standing.store.state.codes.size;
  const outcome = await authorize(standing.context, request, {
    signIn: {
      sessionId: 'session-1',
      userId: alice.id,
      authenticatedAt: new Date(standing.clock.at.getTime() + 1),
      amr: [],
    },
  });
  const issued = standing.store.state.codes.size - before;
  switch (outcome.kind) {
    case 'redirect': {
      expect(outcome.location.startsWith(`${good['redirect_uri'] ?? ''}?`)).toBe(true);
      const answer = new URL(outcome.location).searchParams;
      expect(answer.get('iss')).toBe(standing.context.issuer);
      expect(answer.has('code')).toBe(!answer.has('error'));
      expect(issued).toBe(answer.has('code') ? 1 : 0);
      // The state is theirs; everything else is ours.
      answer.delete('state');
      expect(answer.toString()).not.toContain(marker);
      return answer.get('error') ?? 'code';
    }
    case 'error_page':
      expect(issued).toBe(0);
      expect(outcome.refusal.status).toBeGreaterThanOrEqual(400);
      expect(outcome.refusal.status).toBeLessThan(500);
      expect(JSON.stringify(outcome.refusal.toResponse())).not.toContain(marker);
      return 'error_page';
    case 'form_post':
      expect(outcome.action).toBe(good['redirect_uri']);
      return 'form_post';
    case 'interaction':
      expect(issued).toBe(0);
      return outcome.ask.page;
  }
}

/** What an endpoint for programs answers: a clean 4xx that holds nothing that was sent, or success. */
async function statusOf(answer: Promise<{ readonly status: number }>): Promise<number> {
  try {
    return (await answer).status;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const response = error.toResponse();
    expect(JSON.stringify(response)).not.toContain(marker);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    return response.status;
  }
}

describe('a good request, from which the malformed ones are made', () => {
  it('gets its code, by GET and by POST', async () => {
    const form = formWith('', () => '');
    expect(await askSafely({ method: 'GET', query: form, headers: {} })).toBe('code');
    expect(await askSafely(post(form))).toBe('code');
    expect(await statusOf(pushAuthorizationRequest(standing.context, post(form)))).toBe(201);
  });
});

describe('the authorization endpoint', () => {
  it.each(cases)('is safe where %s is damaged: %s', async (name, kind, form) => {
    const byGet = await askSafely({ method: 'GET', query: form, headers: {} });
    expect(await askSafely(post(form))).toBe(byGet);
    const unreadable = ['over-long', 'NUL', 'a line break', 'no UTF-8', 'a surrogate'];
    if (unreadable.includes(kind) || kind === 'a broken encoding') {
      expect(byGet).toBe('error_page');
    }
    if (kind.startsWith('repeated') && name !== 'resource' && good[name] !== '') {
      expect(byGet).toMatch(/^(invalid_request|error_page)$/);
    }
  });

  it('is safe from whatever text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(...cases.map(([, , form]) => form)),
      fc
        .array(fc.constantFrom(...Object.keys(good), '=', '&', '%', '+', '%00', 'a'), {
          maxLength: 30,
        })
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (query, body) => {
        await askSafely({ method: 'GET', query, headers: {} });
        await askSafely({ ...post(body), query: '' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('the endpoint of pushed requests', () => {
  it.each(cases)('is safe where %s is damaged: %s', async (_name, _kind, form) => {
    const before = standing.store.state.pushedRequests.size;
    const status = await statusOf(pushAuthorizationRequest(standing.context, post(form)));
    const kept = standing.store.state.pushedRequests.size - before;
    expect(kept).toBe(status === 201 ? 1 : 0);
  });

  it.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''])(
    'reads nothing of type %p',
    async (type) => {
      const form = formWith('', () => '');
      expect(await statusOf(pushAuthorizationRequest(standing.context, post(form, type)))).toBe(
        400,
      );
    },
  );
});

describe('userinfo and logout', () => {
  it('are safe from whatever text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom(
        'Bearer ',
        'DPoP ',
        'Bearer a.b.c',
        `Bearer ${marker}`,
        'Bearer e30.e30.e30',
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (header, form) => {
        const headers = { authorization: [header], dpop: [form] };
        const request = { method: 'GET', query: '', headers };
        expect(await statusOf(userinfo(standing.context, request))).toBeGreaterThanOrEqual(400);
        const hint = encodeURIComponent(form.toWellFormed());
        const query = `id_token_hint=${hint}&post_logout_redirect_uri=https://evil.example`;
        const outcome = await endSession(
          standing.context,
          { method: 'GET', query, headers: {} },
          undefined,
        );
        expect(outcome.kind).toBe('error_page');
      }),
      { numRuns: 200 },
    );
  });
});
