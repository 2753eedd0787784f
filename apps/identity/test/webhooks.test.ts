import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { standardWebhooks, verifyWebhook } from '@nomo/security-core';
import { KeyRing, parseKeys, SecretBox } from '@nomo/security-core/secret-box';
import { createWorker, type Running } from '@nomo/service-kit';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import pg from 'pg';
import { identityWorker } from '../src/definition.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.module.js';
import { CallRefused, OutboundHttp } from '../src/outbound/outbound-http.js';
import { type Realm } from '../src/realms/realm.js';
import { WebhookMessage } from '../src/webhooks/webhooks.schemas.js';
import { webhookSecretContext } from '../src/webhooks/webhooks.service.js';
import { apiOf } from './support/api.js';
import { startStack, type Stack } from './support/stack.js';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe('a webhook', () => {
  let stack: Stack;
  let realm: Realm;
  let worker: Running;
  let owner: pg.Client;
  let server: Server;
  let url: string;
  let answer = 204;
  const received: Received[] = [];
  const lines: string[] = [];

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    worker = await createWorker(identityWorker, {
      environment: stack.environment,
      logDestination: { write: (line: string) => void lines.push(line) },
    });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks),
        });
        response.writeHead(answer, { location: `${url}/elsewhere` }).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(async () => {
    server.close();
    await owner.end();
    await worker.close();
    await stack.stop();
  });

  const until = async <Value>(look: () => Promise<Value | undefined>): Promise<Value> => {
    for (;;) {
      const value = await look();
      if (value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };

  /** Makes an event, and waits until an attempt to deliver it has been made. */
  const deliver = async (
    endpointId: string,
    attempts = 1,
  ): Promise<Record<string, unknown>> => {
    const api = apiOf(stack, realm);
    const user = await stack.createUser(realm);
    await api('POST', `users/${user.id}/deactivate`);
    return until(async () => {
      const { body } = await api('GET', `webhooks/${endpointId}/deliveries`);
      const [latest] = body['items'] as Record<string, unknown>[];
      return latest !== undefined &&
        latest['attempts'] === attempts &&
        (latest['lastStatus'] !== null || latest['lastError'] !== null)
        ? latest
        : undefined;
    });
  };

  const subscribe = async (
    body: Record<string, unknown>,
  ): Promise<{ id: string; secret: string }> => {
    const made = await apiOf(stack, realm)('POST', 'webhooks', { body });
    expect(made.status).toBe(201);
    return made.body as { id: string; secret: string };
  };

  it('is signed by Standard Webhooks, and told of what happened', async () => {
    const { id, secret } = await subscribe({ url });
    const delivery = await deliver(id);
    expect(delivery).toMatchObject({ status: 'delivered', lastStatus: 204 });
    const latest = received.at(-1);
    if (latest === undefined) throw new Error('nothing was received');
    const { headers, body } = latest;
    expect(headers['webhook-id']).toBe(delivery['id']);
    expect(
      verifyWebhook(standardWebhooks, { headers, rawBody: body, secrets: [secret] }),
    ).toMatchObject({ verified: true });
    const message: unknown = JSON.parse(body.toString());
    // What the documents say of it is all there is in it.
    expect(WebhookMessage.strict().parse(message)).toEqual(message);
    expect(message).toMatchObject({
      id: delivery['eventId'],
      type: 'user.deactivated',
      mode: 'live',
    });
    await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
  });

  it('is not sent what it did not ask for, nor what is of the other mode', async () => {
    const { id } = await subscribe({ url, types: ['signing_key.rotated'] });
    const test = await stack.realm('acme-test');
    const user = await stack.createUser(test);
    await apiOf(stack, test)('POST', `users/${user.id}/deactivate`);
    const other = await subscribe({ url });
    await deliver(other.id);
    const { body } = await apiOf(stack, realm)('GET', `webhooks/${id}/deliveries`);
    expect(body['items']).toEqual([]);
    await apiOf(stack, realm)('DELETE', `webhooks/${other.id}`);
    await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
  });

  it('is signed with the old secret, too, until its grace is over', async () => {
    const { id, secret: first } = await subscribe({ url });
    const api = apiOf(stack, realm);
    const rotate = async (graceSeconds: number): Promise<string> => {
      const rotated = await api('POST', `webhooks/${id}/secrets`, { body: { graceSeconds } });
      expect(rotated.status).toBe(201);
      return String(rotated.body['secret']);
    };
    /** With which of the secrets a receiver takes what is delivered now. */
    const takenWith = async (...secrets: string[]): Promise<boolean[]> => {
      expect(await deliver(id)).toMatchObject({ status: 'delivered' });
      const { headers = {}, body: rawBody = Buffer.of() } = received.at(-1) ?? {};
      return secrets.map(
        (secret) =>
          verifyWebhook(standardWebhooks, { headers, rawBody, secrets: [secret] }).verified,
      );
    };
    const retiring = async (): Promise<number | null> =>
      (await owner.query('SELECT FROM retiring_webhook_secrets WHERE endpoint_id = $1', [id]))
        .rowCount;

    answer = 204;
    const second = await rotate(3_600);
    expect(second).not.toBe(first);
    expect(await takenWith(first, second)).toEqual([true, true]);
    const third = await rotate(60);
    expect(await takenWith(first, second, third)).toEqual([true, true, true]);
    const signatures = String(received.at(-1)?.headers['webhook-signature']).split(' ');
    expect(signatures.filter((one) => /^v1,[\w+/]{43}=$/u.test(one))).toHaveLength(3);

    // What is over is over before anybody has removed it.
    await owner.query(
      'UPDATE retiring_webhook_secrets SET expires_at = now() WHERE endpoint_id = $1',
      [id],
    );
    expect(await takenWith(first, second, third)).toEqual([false, false, true]);
    await worker.app.get(Housekeeping, { strict: false }).run();
    expect(await retiring()).toBe(0);

    await rotate(60);
    expect(await retiring()).toBe(1);
    const last = await rotate(0);
    expect(await retiring()).toBe(0);
    expect(await takenWith(third, last)).toEqual([false, true]);
    await api('DELETE', `webhooks/${id}`);
  });

  it('is not sent while it is disabled, and what falls due meanwhile is given up', async () => {
    const { id } = await subscribe({ url });
    const api = apiOf(stack, realm);
    answer = 500;
    const waiting = await deliver(id);
    expect(waiting).toMatchObject({ status: 'pending', lastStatus: 500 });
    answer = 204;
    const before = received.length;
    await api('POST', `webhooks/${id}/disable`);
    const user = await stack.createUser(realm);
    await api('POST', `users/${user.id}/deactivate`);
    await owner.query('UPDATE webhook_deliveries SET due_at = now() WHERE id = $1', [
      waiting['id'],
    ]);
    const deliveries = await until(async () => {
      const { body } = await api('GET', `webhooks/${id}/deliveries`);
      const items = body['items'] as Record<string, unknown>[];
      return items.every(({ status }) => status !== 'pending') ? items : undefined;
    });
    expect(deliveries).toMatchObject([
      {
        id: waiting['id'],
        status: 'failed',
        attempts: 1,
        lastStatus: 500,
        lastError: 'The webhook is disabled',
      },
    ]);
    expect(received).toHaveLength(before);
    await api('POST', `webhooks/${id}/enable`);
    expect(await deliver(id)).toMatchObject({ status: 'delivered' });
    expect(received).toHaveLength(before + 1);
    await api('DELETE', `webhooks/${id}`);
  });

  it('is sent to where its endpoint has moved', async () => {
    const { id } = await subscribe({ url, types: ['signing_key.rotated'] });
    const api = apiOf(stack, realm);
    const body = { url: `${url}/moved`, types: ['user.deactivated'] };
    await api('PATCH', `webhooks/${id}`, { body });
    answer = 204;
    expect(await deliver(id)).toMatchObject({ status: 'delivered' });
    expect(received.at(-1)?.path).toBe('/hook/moved');
    await api('DELETE', `webhooks/${id}`);
  });

  it('is tried again with the same id until it is taken', async () => {
    const { id } = await subscribe({ url });
    answer = 500;
    const failed = await deliver(id);
    expect(failed).toMatchObject({ status: 'pending', lastStatus: 500 });
    answer = 200;
    await owner.query('UPDATE webhook_deliveries SET due_at = now() WHERE id = $1', [
      failed['id'],
    ]);
    const status = await until(async () => {
      const { body } = await apiOf(stack, realm)('GET', `webhooks/${id}/deliveries`);
      const [latest] = body['items'] as Record<string, unknown>[];
      return latest?.['status'] === 'delivered' ? latest : undefined;
    });
    expect(status).toMatchObject({ id: failed['id'], attempts: 2 });
    expect(received.at(-1)?.headers['webhook-id']).toBe(failed['id']);
    await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
  });

  it('is tried as rarely when its secret cannot be opened, and says so', async () => {
    const { id } = await subscribe({ url });
    const lost = new SecretBox(
      new KeyRing(parseKeys(`lost:${randomBytes(32).toString('base64url')}`)),
    );
    await owner.query('UPDATE webhook_endpoints SET secret_box = $2 WHERE id = $1', [
      id,
      lost.seal(Buffer.from('whsec_x'), webhookSecretContext(realm, id)),
    ]);
    const before = received.length;
    const failed = await deliver(id);
    expect(failed).toMatchObject({
      status: 'pending',
      lastStatus: null,
      lastError: 'Our secret for it cannot be opened',
    });
    await owner.query('UPDATE webhook_deliveries SET due_at = now() WHERE id = $1', [
      failed['id'],
    ]);
    // After the second attempt nobody looks for five minutes, however many sweeps there are.
    const minutes = await until(async () => {
      const { rows } = await owner.query<{ minutes: number }>(
        `SELECT (extract(epoch FROM due_at - now()) / 60)::int AS minutes FROM webhook_deliveries
         WHERE id = $1 AND attempts = 2 AND due_at > now() + interval '2 minutes'`,
        [failed['id']],
      );
      return rows[0]?.minutes;
    });
    expect(minutes).toBeGreaterThanOrEqual(4);
    expect(received).toHaveLength(before);
    const line = lines.find((one) => one.includes('is a key missing in SECRET_BOX_KEYS'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 'error',
      context: 'Webhooks',
      endpoint: id,
      organization: realm.orgId,
    });
    await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
  });

  it('of one organization waits for no receivers of another that hang', async () => {
    const hanging = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { port } = hanging.address() as AddressInfo;
    const noisy = await stack.createOrganization('noisy');
    const api = apiOf(stack, noisy);
    for (let endpoint = 0; endpoint < 20; endpoint += 1) {
      const body = { url: `http://127.0.0.1:${port}/${endpoint}` };
      expect((await api('POST', 'webhooks', { body })).status).toBe(201);
    }
    try {
      // More than may be under way and wait; the first of them would hold up all for ten seconds.
      for (let event = 0; event < 10; event += 1) {
        const { id } = await stack.createUser(noisy);
        await api('POST', `users/${id}/deactivate`);
      }
      const { id } = await subscribe({ url });
      answer = 204;
      expect(await deliver(id)).toMatchObject({ status: 'delivered' });
      const { rows } = await owner.query<{ ended: number; begun: number }>(
        `SELECT count(last_error)::int AS ended, count(*) FILTER (WHERE attempts > 0)::int AS begun
         FROM webhook_deliveries WHERE org_id = $1`,
        [noisy.orgId],
      );
      expect(rows).toEqual([{ ended: 0, begun: 4 }]);
      await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
    } finally {
      hanging.closeAllConnections();
      hanging.close();
    }
  });

  it('does not follow to another address', async () => {
    const { id } = await subscribe({ url });
    answer = 302;
    const before = received.length;
    expect(await deliver(id)).toMatchObject({ status: 'pending', lastStatus: 302 });
    expect(received.slice(before).map(({ path }) => path)).toEqual(['/hook']);
    await apiOf(stack, realm)('DELETE', `webhooks/${id}`);
  });

  it('keeps its secrets sealed', async () => {
    const { id, secret } = await subscribe({ url });
    const api = apiOf(stack, realm);
    const rotated = await api('POST', `webhooks/${id}/secrets`, { body: {} });
    const secrets = [secret, String(rotated.body['secret'])];
    const { rows } = await owner.query<{ box: Buffer }>(
      `SELECT secret_box AS box FROM webhook_endpoints WHERE id = $1
       UNION ALL SELECT secret_box FROM retiring_webhook_secrets WHERE endpoint_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(2);
    const { body } = await api('GET', 'webhooks');
    for (const one of secrets) {
      expect(rows.filter(({ box }) => box.includes(one))).toEqual([]);
      expect(JSON.stringify(body)).not.toContain(one);
      expect(stack.log()).not.toContain(one);
    }
    await api('DELETE', `webhooks/${id}`);
  });

  it.each(['http://127.0.0.1/', 'https://127.0.0.1/', 'https://[::1]/', 'https://localhost/'])(
    'is not sent to %s outside of development',
    async (address) => {
      const http = new OutboundHttp({ allowPrivate: false });
      const call = http.call(address, { method: 'GET', headers: {} });
      const error = await call.catch((reason: unknown) => reason);
      const { cause = error } = error as { cause?: unknown };
      expect(cause).toBeInstanceOf(CallRefused);
      await http.onApplicationShutdown();
    },
  );
});
