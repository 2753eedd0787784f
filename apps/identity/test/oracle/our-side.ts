import { type Secret } from '@nomo/security-core';
import { decideDeviceRequest } from '@nomo/oauth-engine';
import { OPERATOR } from '../../src/audit/origin.js';
import { Tenants } from '../../src/database/database.js';
import { SESSION_COOKIE } from '../../src/oauth/browser/browser-cookies.js';
import { signInOf } from '../../src/oauth/browser/browser-sessions.js';
import { OAuthContexts } from '../../src/oauth/contexts/oauth-contexts.js';
import { ResourceServersService } from '../../src/resource-servers/resource-servers.service.js';
import { type NewSession } from '../../src/sessions/sessions.service.js';
import { startSession } from '../support/sessions.js';
import { startStack, type TestApplication } from '../support/stack.js';
import {
  API,
  API_SCOPES,
  APPLICATION_NAMES,
  type ApplicationName,
  settingsOf,
} from './applications.js';
import { type Side } from './side.js';
import { send } from './wire.js';

export interface OurSide extends Side {
  stop(): Promise<void>;
}

/** Our service, with the applications of the cases and a user who is signed in. */
export async function startOurSide(): Promise<OurSide> {
  const stack = await startStack({ TRUSTED_PROXIES: '1', LOG_LEVEL: 'warn' });
  const realm = await stack.createOrganization('acme');
  const tenants = stack.get(Tenants);
  await tenants.withTenant(realm.orgId, (tx) =>
    stack
      .get(ResourceServersService)
      .create(tx, realm, { identifier: API, name: 'API', scopes: API_SCOPES }, OPERATOR),
  );
  const applications = new Map<ApplicationName, TestApplication>();
  for (const name of APPLICATION_NAMES) {
    applications.set(name, await stack.createApplication(realm, settingsOf(name)));
  }
  const user = await stack.createUser(realm);
  const signIn = (): Promise<NewSession> =>
    tenants.withTenant(realm.orgId, (tx) => startSession(stack, tx, realm, user.id));
  const { session, token } = await signIn();
  let requests = 0;
  return {
    issuer: realm.issuer,
    cookie: cookieOf(token),
    signIn: async () => cookieOf((await signIn()).token),
    clientId: (name) => applications.get(name)?.clientId ?? '',
    clientSecret: (name) => applications.get(name)?.clientSecret ?? '',
    send(request) {
      requests += 1;
      // Whoever fails to authenticate often is turned away by their address: each request has
      // one of its own.
      const address = `10.${requests >> 16}.${(requests >> 8) & 255}.${requests & 255}`;
      return send(realm.issuer, {
        ...request,
        headers: { ...request.headers, 'x-forwarded-for': address },
      });
    },
    async decideDevice(typed, approved) {
      const context = await stack.get(OAuthContexts).of(realm, OPERATOR);
      const decision = { typed, signIn: signInOf(session), approved };
      if (!(await decideDeviceRequest(context, decision))) {
        throw new Error(`nothing waits for the code ${typed}`);
      }
    },
    stop: () => stack.stop(),
  };
}

function cookieOf(token: Secret<string>): string {
  return `${SESSION_COOKIE}=${token.reveal()}`;
}
