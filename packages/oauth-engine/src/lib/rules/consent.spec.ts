import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/acme.js';
import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { type Application } from '../model/application.js';
import { consentNeeded } from './consent.js';

const ask = ({
  application = {},
  request = {},
  consented,
  interacted = false,
}: {
  application?: Partial<Application>;
  request?: Partial<AuthorizationRequest>;
  consented?: readonly string[];
  interacted?: boolean;
} = {}): readonly string[] | undefined =>
  consentNeeded({
    application: { ...webApplication, ...application },
    request: {
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
      ...request,
    },
    consent: consented && { userId: 'u', clientId: 'web-app', scope: consented },
    interacted,
  });

describe('consentNeeded', () => {
  it('asks the first time, even for no scope at all', () => {
    expect(ask()).toEqual(['openid', 'email']);
    expect(ask({ request: { scope: [] } })).toEqual([]);
  });

  it('asks for what is new, and not for what is not', () => {
    expect(ask({ consented: ['openid'] })).toEqual(['email']);
    expect(ask({ consented: ['email', 'openid', 'profile'] })).toBeUndefined();
  });

  it('asks for the claims that are wished for by name, as for their scopes', () => {
    const request = {
      scope: ['openid'],
      claims: { userinfo: ['email'], idToken: ['phone_number', 'email_verified'] },
    };
    expect(ask({ consented: ['openid'], request })).toEqual(['email', 'phone']);
    expect(ask({ consented: ['openid', 'email', 'phone'], request })).toBeUndefined();
  });

  it('asks for prompt=consent, whatever was said before', () => {
    expect(ask({ consented: ['openid', 'email'], request: { prompt: ['consent'] } })).toEqual(
      [],
    );
  });

  it('does not ask for an application of the organization itself', () => {
    expect(ask({ application: { firstParty: true } })).toBeUndefined();
  });

  it('asks for a native application that anybody could pretend to be, unless the user did something', () => {
    const native = {
      application: { type: 'native', firstParty: true },
      request: { redirectUri: 'http://127.0.0.1:5000/cb' },
    } as const;
    expect(ask(native)).toEqual([]);
    expect(ask({ ...native, interacted: true })).toBeUndefined();
    // A claimed https address is the application's alone.
    expect(ask({ ...native, request: {} })).toBeUndefined();
  });
});
