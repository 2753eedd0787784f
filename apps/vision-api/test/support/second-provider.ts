import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import Provider, { type ErrorOut, type InteractionResults } from 'oidc-provider';
import { findFreePort } from '@nomo/local/testing';

export const CLIENT_ID = 'console';
export const CLIENT_SECRET = 'a secret of 32 characters or more';
const KEY_ID = 'key-1';
/** The provider publishes a key for ES256, too. */
export const EC_KEY_ID = 'key-2';

/** Somebody whom the provider knows. */
export interface Account {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** `oidc-provider`, in memory, as plain as it comes: nothing in it is ours. */
export interface SecondProvider {
  readonly issuer: string;
  /** What the console is told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who sits in front of the browser, and whether they want to sign in. */
  readonly person: { account: Account; denies: boolean };
  /** Signs whatever one likes with the provider's own key. */
  sign(payload: JWTPayload, header?: Readonly<Record<string, string>>): Promise<string>;
  /** Goes away: connections are refused. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Answers everything with this status, or as usual. */
  fail(status: number | undefined): void;
  /** Publishes another key in place of the one that it signs with, under its name. */
  publishAnotherKey(): Promise<void>;
  /** How often its keys were asked for. */
  keysRead(): number;
  stop(): Promise<void>;
}

/** @param origin - Where the console is reached. */
export async function startSecondProvider(origin: string): Promise<SecondProvider> {
  // Jest's own makes objects of another realm, which the provider does not take for plain ones.
  globalThis.structuredClone = <Value>(value: Value) =>
    value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);
  const port = await findFreePort();
  const issuer = `http://127.0.0.1:${port}`;
  const accounts = new Map<string, Account>();
  const person: SecondProvider['person'] = {
    account: { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada' },
    denies: false,
  };
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const ec = await generateKeyPair('ES256', { extractable: true });
  const keys = [
    { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: KEY_ID },
    { ...(await exportJWK(ec.privateKey)), alg: 'ES256', use: 'sig', kid: EC_KEY_ID },
  ];
  const provider = providerOf(issuer, origin, keys, accounts);
  const callback = provider.callback();
  let failure: number | undefined;
  let keysRead = 0;
  let published: string | undefined;

  const open = async (): Promise<Server> => {
    const server = createServer((request, response) => {
      if (request.url === '/jwks') keysRead += 1;
      if (failure !== undefined) {
        response.writeHead(failure).end();
      } else if (request.url === '/jwks' && published !== undefined) {
        response.setHeader('content-type', 'application/jwk-set+json').end(published);
      } else if (request.url?.startsWith('/interaction/') === true) {
        void provider.interactionFinished(request, response, resultOf(person, accounts));
      } else void callback(request, response);
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  };
  let server: Server | undefined = await open();
  const goAway = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    closing.closeAllConnections();
    closing.close();
    await once(closing, 'close');
  };

  return {
    issuer,
    environment: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
    },
    person,
    sign: (payload, header = {}) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: KEY_ID, ...header })
        .sign(header['alg'] === 'ES256' ? ec.privateKey : privateKey),
    goAway,
    async comeBack() {
      server ??= await open();
    },
    fail(status) {
      failure = status;
    },
    async publishAnotherKey() {
      const { publicKey } = await generateKeyPair('RS256');
      const key = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid: KEY_ID };
      published = JSON.stringify({ keys: [key] });
    },
    keysRead: () => keysRead,
    stop: goAway,
  };
}

function resultOf(
  { account, denies }: SecondProvider['person'],
  accounts: Map<string, Account>,
): InteractionResults {
  if (denies) {
    return { error: 'access_denied', error_description: 'the user said no' };
  }
  accounts.set(account.sub, account);
  return { login: { accountId: account.sub, remember: false } };
}

function providerOf(
  issuer: string,
  origin: string,
  keys: JWK[],
  accounts: ReadonlyMap<string, Account>,
): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${origin}/dashboard/callback`],
        post_logout_redirect_uris: [`${origin}/dashboard/signed-out`],
        backchannel_logout_uri: `${origin}/dashboard/backchannel-logout`,
        backchannel_logout_session_required: true,
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys },
    cookies: { keys: ['provider'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => {
      const account = accounts.get(accountId);
      return account && { accountId, claims: () => ({ ...account }) };
    },
    async loadExistingGrant(ctx) {
      const { client, session, provider: self } = ctx.oidc;
      const accountId = session?.accountId;
      if (client === undefined || accountId === undefined) return undefined;
      const grant = new self.Grant({ accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    renderError(ctx, { error }: ErrorOut) {
      ctx.type = 'html';
      ctx.body = `<!doctype html><title>${error}</title>`;
    },
  });
}
