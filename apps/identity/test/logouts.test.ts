import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signOut } from '@nomo/oauth-engine';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import pg from 'pg';
import { OAuthContexts } from '../src/oauth/contexts/oauth-contexts.js';
import { type Realm } from '../src/realms/realm.js';
import { apiOf } from './support/api.js';
import { plantGrant, plantUser, type SignedIn } from './support/planted.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

interface DeliveryRow {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

describe('an application that wants to hear of logouts', () => {
  let stack: Stack;
  let realm: Realm;
  let owner: pg.Client;
  let server: Server;
  let address: string;
  let application: TestApplication;
  let answer = 200;
  const received: Received[] = [];

  beforeAll(async () => {
    stack = await startStack({}, { worker: true });
    realm = await stack.createOrganization('acme');
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          method: request.method,
          path: request.url,
          headers: request.headers,
          form: new URLSearchParams(Buffer.concat(chunks).toString()),
        });
        response.writeHead(answer, { location: `${address}/elsewhere` }).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`;
  });
  beforeEach(async () => {
    answer = 200;
    application = await applicationAt(realm, address);
  });
  afterAll(async () => {
    server.close();
    await owner.end();
    await stack.stop();
  });

  /** The management API takes https alone; a receiver of this test has no certificate. */
  const applicationAt = async (of: Realm, to: string): Promise<TestApplication> => {
    const made = await stack.createApplication(of);
    await owner.query('UPDATE applications SET backchannel_logout_uri = $2 WHERE id = $1', [
      made.clientId,
      to,
    ]);
    return made;
  };

  const signIn = async (of: Realm, ...clients: TestApplication[]): Promise<SignedIn> => {
    const signedIn = await plantUser(stack, of);
    for (const { clientId } of clients) await plantGrant(stack, of, clientId, signedIn);
    return signedIn;
  };

  const leave = async (of: Realm, { user, sessionId }: SignedIn): Promise<void> => {
    const context = await stack.get(OAuthContexts).of(of, {});
    expect(await signOut(context, { sessionId, userId: user.id })).toBe(true);
  };

  /** What became of the one delivery of a session, after so many attempts. */
  const delivered = async ({ sessionId }: SignedIn, attempts = 1): Promise<DeliveryRow> => {
    for (;;) {
      const { rows } = await owner.query<DeliveryRow>(
        'SELECT * FROM logout_deliveries WHERE session_id = $1',
        [sessionId],
      );
      const [row, another] = rows;
      expect(another).toBeUndefined();
      if (
        row?.attempts === attempts &&
        (row.status !== 'pending' || row.last_status !== null || row.last_error !== null)
      ) {
        return row;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };

  const latest = (): Received => {
    const last = received.at(-1);
    if (last === undefined) throw new Error('nothing was received');
    return last;
  };

  const verify = async (
    token: string,
    { issuer }: Realm,
    { clientId }: TestApplication,
  ): Promise<Awaited<ReturnType<typeof jwtVerify>>> => {
    const keys = (await (await fetch(`${issuer}/jwks`)).json()) as JSONWebKeySet;
    return jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: clientId,
      typ: 'logout+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
      maxTokenAge: 120,
    });
  };

  it('is sent a token that jose takes and that passes for nothing else', async () => {
    const signedIn = await signIn(realm, application);
    await leave(realm, signedIn);
    expect(await delivered(signedIn)).toMatchObject({ status: 'delivered', last_status: 200 });
    const { method, path, headers, form } = latest();
    expect({ method, path, type: headers['content-type'] }).toEqual({
      method: 'POST',
      path: '/logout',
      type: 'application/x-www-form-urlencoded',
    });
    expect([...form.keys()]).toEqual(['logout_token']);
    const { payload } = await verify(form.get('logout_token') ?? '', realm, application);
    expect(payload).toMatchObject({
      sub: signedIn.user.id,
      sid: signedIn.sessionId,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(120);
  });

  it('hears it from the issuer of its own mode', async () => {
    const test = await stack.realm('acme-test');
    const own = await applicationAt(test, address);
    const signedIn = await signIn(test, own);
    await leave(test, signedIn);
    await delivered(signedIn);
    const { payload } = await verify(latest().form.get('logout_token') ?? '', test, own);
    expect(payload['sid']).toBe(signedIn.sessionId);
  });

  it('is told again, with another token, until it has taken it', async () => {
    answer = 503;
    const signedIn = await signIn(realm, application);
    await leave(realm, signedIn);
    const failed = await delivered(signedIn);
    expect(failed).toMatchObject({ status: 'pending', last_status: 503 });
    const first = latest().form.get('logout_token') ?? '';
    answer = 204;
    // Past its time, as if hours had gone by; nobody calls for it but the sweep.
    await owner.query(
      'UPDATE logout_deliveries SET due_at = now(), last_status = NULL WHERE id = $1',
      [failed.id],
    );
    expect(await delivered(signedIn, 2)).toMatchObject({
      status: 'delivered',
      last_status: 204,
    });
    const second = latest().form.get('logout_token') ?? '';
    const [{ payload: before }, { payload: after }] = await Promise.all([
      verify(first, realm, application),
      verify(second, realm, application),
    ]);
    expect(after['sid']).toBe(before['sid']);
    expect(after.jti).not.toBe(before.jti);
  });

  it('is not followed to another address', async () => {
    answer = 307;
    const before = received.length;
    const signedIn = await signIn(realm, application);
    await leave(realm, signedIn);
    expect(await delivered(signedIn)).toMatchObject({ status: 'pending', last_status: 307 });
    expect(received.slice(before).map(({ path }) => path)).toEqual(['/logout']);
    await owner.query(`UPDATE logout_deliveries SET status = 'failed' WHERE session_id = $1`, [
      signedIn.sessionId,
    ]);
  });

  it('is left alone once it does not want to hear any more', async () => {
    const before = received.length;
    const signedIn = await signIn(realm, application);
    // In one transaction of the owner, so that no attempt comes in between.
    await owner.query(
      `WITH quiet AS (
         UPDATE applications SET backchannel_logout_uri = NULL WHERE id = $1 RETURNING org_id)
       INSERT INTO logout_deliveries (org_id, id, mode, application_id, user_id, session_id)
       SELECT org_id, gen_random_uuid(), 'live', $1, $2, $3 FROM quiet`,
      [application.clientId, signedIn.user.id, signedIn.sessionId],
    );
    expect(await delivered(signedIn)).toMatchObject({ status: 'failed', last_status: null });
    expect(received).toHaveLength(before);
  });

  it('hears of a session that an operator ends', async () => {
    const signedIn = await signIn(realm, application);
    const ended = await apiOf(stack, realm)('DELETE', `sessions/${signedIn.sessionId}`);
    expect(ended.status).toBeLessThan(300);
    expect(await delivered(signedIn)).toMatchObject({ status: 'delivered' });
    const { payload } = await verify(
      latest().form.get('logout_token') ?? '',
      realm,
      application,
    );
    expect(payload['sid']).toBe(signedIn.sessionId);
  });

  it('hears of the sessions of a user who is deactivated, and nobody else does', async () => {
    const stranger = await applicationAt(realm, `${address}/stranger`);
    await signIn(realm, stranger);
    const signedIn = await signIn(realm, application);
    const before = received.length;
    await apiOf(stack, realm)('POST', `users/${signedIn.user.id}/deactivate`);
    await delivered(signedIn);
    expect(received.slice(before).map(({ path }) => path)).toEqual(['/logout']);
  });

  it('is not told of what was rolled back', async () => {
    const signedIn = await signIn(realm, application);
    const context = await stack
      .get(OAuthContexts)
      .of(realm, {}, { beforeCommit: () => Promise.reject(new Error('no')) });
    await expect(
      signOut(context, { sessionId: signedIn.sessionId, userId: signedIn.user.id }),
    ).rejects.toThrow('no');
    const { rowCount } = await owner.query(
      'SELECT FROM logout_deliveries WHERE session_id = $1',
      [signedIn.sessionId],
    );
    expect(rowCount).toBe(0);
  });
});
