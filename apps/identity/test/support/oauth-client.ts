import { type Realm } from '../../src/realms/realm.js';
import { REDIRECT_URI, VERIFIER } from './browser.js';
import { type TestApplication } from './stack.js';

/** An answer of an OAuth endpoint. */
export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & {
    readonly error?: string;
    readonly access_token?: string;
    readonly refresh_token?: string;
    readonly id_token?: string;
  };
}

export type Form = Readonly<Record<string, string>>;

/** Posts a form to an endpoint of a realm, as an application with or without a secret. */
export async function post(
  issuer: string,
  path: string,
  { clientId, clientSecret }: TestApplication,
  form: Form,
  headers: Readonly<Record<string, string>> = {},
): Promise<OAuthAnswer> {
  const credentials =
    clientSecret === undefined ? {} : { authorization: basic(clientId, clientSecret) };
  const response = await fetch(`${issuer}/${path}`, {
    method: 'POST',
    headers: { ...credentials, ...headers },
    body: new URLSearchParams({
      ...(clientSecret === undefined && { client_id: clientId }),
      ...form,
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as OAuthAnswer['body'],
  };
}

export function basic(clientId: string, secret: string): string {
  const pair = [clientId, secret].map(encodeURIComponent).join(':');
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

export function redeem(
  realm: Pick<Realm, 'issuer'>,
  application: TestApplication,
  code: string,
  changes: Form = {},
): Promise<OAuthAnswer> {
  return post(realm.issuer, 'token', application, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    ...changes,
  });
}

export function refresh(
  realm: Pick<Realm, 'issuer'>,
  application: TestApplication,
  refreshToken: string,
  changes: Form = {},
): Promise<OAuthAnswer> {
  return post(realm.issuer, 'token', application, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...changes,
  });
}
