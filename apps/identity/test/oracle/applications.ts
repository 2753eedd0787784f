import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type CreateApplication } from '../../src/applications/applications.schemas.js';

/** The resource server that tokens are asked for. */
export const API = 'https://api.example.com';
export const API_SCOPES = ['read', 'write'];
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const USER_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

export const CALLBACK = 'https://app.example.com/callback';
export const SIGNED_OUT = 'https://app.example.com/signed-out';

type Settings = Partial<CreateApplication> &
  Pick<CreateApplication, 'type' | 'tokenEndpointAuthMethod'>;

const web = {
  type: 'web',
  redirectUris: [CALLBACK, 'https://app.example.com/other'],
  postLogoutRedirectUris: [SIGNED_OUT],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials', DEVICE],
  scopes: [...USER_SCOPES, ...API_SCOPES],
  resources: [API],
  firstParty: true,
} as const;

const signing = await generateKeyPair('ES256', { extractable: true });

/** The key that `signed` authenticates itself with. */
export const SIGNED_KEY = signing.privateKey;

const publicKey: JWK = {
  ...(await exportJWK(signing.publicKey)),
  kid: 'signed-1',
  alg: 'ES256',
  use: 'sig',
};

/** The applications that both servers know, by the names that the cases have for them. */
export const APPLICATIONS = {
  basic: { ...web, tokenEndpointAuthMethod: 'client_secret_basic' },
  post: { ...web, tokenEndpointAuthMethod: 'client_secret_post' },
  signed: {
    ...web,
    tokenEndpointAuthMethod: 'private_key_jwt',
    jwks: { keys: [publicKey as Record<string, string>] },
  },
  bound: { ...web, tokenEndpointAuthMethod: 'client_secret_basic', dpopBound: true },
  pushing: { ...web, tokenEndpointAuthMethod: 'client_secret_basic', parRequired: true },
  spa: {
    ...web,
    type: 'single_page',
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code', 'refresh_token'],
  },
  native: {
    ...web,
    type: 'native',
    tokenEndpointAuthMethod: 'none',
    // Claimed https, for which a user who is signed in is not asked (RFC 8252, section 8.6).
    redirectUris: [
      'https://app.example.com/native',
      'com.example.app:/callback',
      'http://127.0.0.1/callback',
    ],
    postLogoutRedirectUris: ['com.example.app:/signed-out'],
    grantTypes: ['authorization_code', 'refresh_token', DEVICE],
  },
  machine: {
    ...web,
    type: 'machine',
    tokenEndpointAuthMethod: 'client_secret_basic',
    redirectUris: [],
    postLogoutRedirectUris: [],
    grantTypes: ['client_credentials'],
    scopes: API_SCOPES,
  },
} as const satisfies Record<string, unknown>;

export type ApplicationName = keyof typeof APPLICATIONS;

export const APPLICATION_NAMES = Object.keys(APPLICATIONS) as ApplicationName[];

export function settingsOf(name: ApplicationName): Settings {
  return JSON.parse(JSON.stringify(APPLICATIONS[name])) as Settings;
}

/** Where an application of the cases is sent back to. */
export function redirectUriOf(name: ApplicationName): string {
  return APPLICATIONS[name].redirectUris[0] ?? CALLBACK;
}

/** Whether it proves nothing but that it knows its own name. */
export function isPublic(name: ApplicationName): boolean {
  return APPLICATIONS[name].tokenEndpointAuthMethod === 'none';
}
