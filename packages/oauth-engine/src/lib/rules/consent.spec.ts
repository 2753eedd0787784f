import { describe, expect, it } from '@jest/globals';

import { issuer, webApplication } from '../../../test/memory/acme.js';
import { inputOf } from '../../../test/memory/authorization-input.js';
import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { type Application } from '../model/application.js';
import { type Access } from '../model/authorization.js';
import { accessAskedFor, consentNeeded } from './consent.js';

const { context } = inputOf({});
const photos = 'https://photos.example';
const films = 'https://films.example/api';

const ask = ({
  application = {},
  request: change = {},
  consented,
  interacted = false,
}: {
  application?: Partial<Application>;
  request?: Partial<AuthorizationRequest>;
  consented?: readonly string[] | Access;
  interacted?: boolean;
} = {}): boolean => {
  const asking = { ...webApplication, ...application };
  const request = {
    clientId: 'web-app',
    redirectUri: 'https://app.example/callback',
    responseMode: 'query',
    scope: ['openid', 'email'],
    resources: [],
    codeChallenge: '',
    prompt: [],
    acrValues: [],
    uiLocales: [],
    receivedAt: 0,
    ...change,
  } as const;
  const given =
    consented && !('scope' in consented) ? { scope: consented, resourceScope: [] } : consented;
  return consentNeeded({
    application: asking,
    request,
    access: accessAskedFor(context, asking, request),
    consent: given && { userId: 'u', clientId: 'web-app', ...given },
    interacted,
  });
};

describe('consentNeeded', () => {
  it('asks the first time, even for no scope at all', () => {
    expect(ask()).toBe(true);
    expect(ask({ request: { scope: [] } })).toBe(true);
  });

  it('asks for what is new, and not for what is not', () => {
    expect(ask({ consented: ['openid'] })).toBe(true);
    expect(ask({ consented: ['email', 'openid', 'profile'] })).toBe(false);
  });

  it('asks for the claims that are wished for by name, as for their scopes', () => {
    const request = {
      scope: ['openid'],
      claims: { userinfo: ['email'], idToken: ['phone_number', 'email_verified'] },
    };
    expect(ask({ consented: ['openid'], request })).toBe(true);
    expect(ask({ consented: ['openid', 'email', 'phone'], request })).toBe(false);
  });

  it('asks for a scope once more where it is of another resource server', () => {
    const request = { scope: ['photos:read'], resources: [photos] };
    expect(ask({ consented: ['photos:read'], request })).toBe(true);
    const elsewhere = {
      scope: ['photos:read', 'photos:write'],
      resourceScope: [photos, `${photos} photos:write`, `${films} photos:read`],
    };
    expect(ask({ consented: elsewhere, request })).toBe(true);
    const same = {
      scope: ['photos:read'],
      resourceScope: [photos, `${photos} photos:read`],
    };
    expect(ask({ consented: same, request })).toBe(false);
  });

  it('asks for prompt=consent, whatever was said before', () => {
    expect(ask({ consented: ['openid', 'email'], request: { prompt: ['consent'] } })).toBe(
      true,
    );
  });

  it('does not ask for an application of the organization itself', () => {
    expect(ask({ application: { firstParty: true } })).toBe(false);
  });

  it('asks for a native application that anybody could pretend to be, unless the user did something', () => {
    const native = {
      application: { type: 'native', firstParty: true },
      request: { redirectUri: 'http://127.0.0.1:5000/cb' },
    } as const;
    expect(ask(native)).toBe(true);
    expect(ask({ ...native, interacted: true })).toBe(false);
    // A claimed https address is the application's alone.
    expect(ask({ ...native, request: {} })).toBe(false);
  });
});

describe('accessAskedFor', () => {
  const of = (
    request: Partial<AuthorizationRequest>,
    application: Partial<Application> = {},
  ): Access =>
    accessAskedFor(
      context,
      { ...webApplication, ...application },
      { scope: ['openid', 'photos:read'], resources: [], ...request },
    );

  it('is the scope, with that of claims, each once', () => {
    const claims = { userinfo: ['email', 'name'], idToken: ['email_verified'] };
    expect(of({ claims }).scope).toEqual(['openid', 'photos:read', 'email', 'profile']);
  });

  it('names the resource servers that tokens will be for, and what of the scope is theirs', () => {
    expect(of({ resources: [photos, films, issuer] }).resourceScope).toEqual([
      photos,
      `${photos} photos:read`,
      films,
    ]);
    expect(of({}).resourceScope).toEqual([]);
    expect(of({}, { defaultResource: photos }).resourceScope).toEqual([
      photos,
      `${photos} photos:read`,
    ]);
  });
});
