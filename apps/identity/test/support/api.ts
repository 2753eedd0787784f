import { type Realm } from '../../src/realms/realm.js';
import { type Stack } from './stack.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON has it; `{}` where there is none. */
  readonly body: Record<string, unknown>;
}

type Call = (
  method: string,
  path: string,
  options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Answer>;

/** A web application, as the management API is sent one. */
export const WEB = {
  type: 'web',
  name: 'Shop',
  tokenEndpointAuthMethod: 'client_secret_basic',
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://shop.example.com/callback'],
};

/** Calls the management API of a realm with a token that may do everything. */
export function apiOf(stack: Stack, realm: Realm): Call {
  return async (method, path, { body, headers = {} } = {}) => {
    const token = await stack.managementToken(realm);
    const response = await fetch(`${realm.issuer}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
}
