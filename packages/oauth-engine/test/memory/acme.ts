import {
  defaultLifetimes,
  type Application,
  type Settings,
  type User,
} from '../../src/index.js';

/** The organization of the specs, one of its applications and one of its users. */
export const issuer = 'https://id.example/acme';

export const settings: Settings = {
  lifetimes: defaultLifetimes,
  scopes: ['openid', 'profile', 'email', 'offline_access', 'photos:read', 'photos:write'],
  resources: [
    { identifier: 'https://photos.example', scopes: ['photos:read', 'photos:write'] },
    { identifier: 'https://films.example/api', scopes: [] },
  ],
  acrValues: ['urn:acme:one', 'urn:acme:two'],
  uiLocales: ['en', 'de'],
};

export const webApplication: Application = {
  clientId: 'web-app',
  mode: 'live',
  type: 'web',
  name: 'Photo album',
  firstParty: false,
  authentication: { method: 'none' },
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://app.example/callback'],
  postLogoutRedirectUris: ['https://app.example/bye'],
  scopes: settings.scopes,
  resources: ['https://photos.example'],
  requirePushedAuthorizationRequests: false,
  requireDpop: false,
  refreshLeewaySeconds: 0,
  mayIntrospect: false,
};

export const alice: User = {
  id: 'user-alice',
  claims: { name: 'Alice', email: 'alice@example.com', email_verified: true, locale: 'en' },
};
