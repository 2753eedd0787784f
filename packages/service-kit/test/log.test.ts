import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Example, startExample } from './example-service.js';
import { exchange } from './raw-http.js';

let service: Example;
beforeAll(async () => {
  service = await startExample({ TRUSTED_PROXIES: '1' });
});
afterAll(() => service.close());

/** Fails the test by its time limit when the line never comes. */
async function lineOf(path: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = service.records().find((record) => record['path'] === path);
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the log', () => {
  it('says of a request who, what, how it ended and how long it took, and no more', async () => {
    const response = await fetch(`${service.url}/greeting?colour=red`, {
      headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' },
    });
    const body = await response.text();
    const line = await lineOf('/greeting');
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'example',
      requestId: response.headers.get('x-request-id'),
      ip: '203.0.113.9',
      method: 'GET',
      path: '/greeting',
      route: '/greeting',
      status: 200,
      durationMs: expect.any(Number),
      responseBytes: expect.any(Number),
      msg: 'request',
    });
    expect(line['responseBytes']).toBeGreaterThan(body.length);
  });

  it('carries the id of the request into what handlers log', async () => {
    const context = (await (await fetch(`${service.url}/context`)).json()) as { id: string };
    expect(context).toMatchObject({ inAsyncContext: true });
    const line = service.records().find(({ msg }) => msg === 'in a handler');
    expect(line).toMatchObject({ requestId: context.id, context: 'Example' });
  });

  it('takes over the id that a trusted proxy gave', async () => {
    const response = await fetch(`${service.url}/items/9`, {
      headers: { 'x-request-id': 'edge-12345678' },
    });
    expect(response.headers.get('x-request-id')).toBe('edge-12345678');
    expect(await lineOf('/items/:id')).toMatchObject({ requestId: 'edge-12345678' });
  });

  it('has the whole of an unexpected error, with its causes', async () => {
    await fetch(`${service.url}/failure?secret=harmless`);
    const line = service.records().find(({ err }) => err !== undefined);
    expect(line).toMatchObject({
      level: 'error',
      requestId: expect.stringMatching(/^req_/),
      err: {
        message: 'could not reach db-7.internal with harmless',
        stack: expect.stringContaining('example-service'),
        cause: { message: 'caused by harmless' },
      },
    });
  });

  it('has what a problem keeps from clients', async () => {
    await fetch(`${service.url}/problem`);
    const line = await lineOf('/problem');
    expect(line).toMatchObject({ level: 'info', status: 429, reason: 'counter k:42 at 6' });
    expect(service.records().filter((r) => r['requestId'] === line['requestId'])).toEqual([
      line,
    ]);
  });

  it('keeps probes out of the usual level', async () => {
    await fetch(`${service.url}/health/live`);
    expect(await lineOf('/health/live')).toMatchObject({ level: 'debug' });
  });

  it('cuts a path that was made to fill it', async () => {
    await fetch(`${service.url}/${'long'.repeat(2_000)}`);
    const line = await lineOf(`/${'long'.repeat(2_000)}`.slice(0, 256));
    expect(JSON.stringify(line).length).toBeLessThan(800);
  });
});

describe('no secret reaches the log', () => {
  // Of a form that only this service has; the second could be anything.
  const key = 'exk_live_k3yk3yk3y.s3cr3ts3cr3t-s3cr3t';
  const secret = 'correct-horse-battery-staple';
  const json = { 'content-type': 'application/json' };

  it.each<[string, string, RequestInit]>([
    ['a header', '/greeting', { headers: { 'x-api-key': key, cookie: `session=${secret}` } }],
    ['credentials', '/greeting', { headers: { authorization: `Bearer ${secret}` } }],
    ['the value of a query', `/greeting?token=${secret}&key=${key}`, {}],
    ['the name of a query', `/greeting?${secret}`, {}],
    ['a body', '/items', { method: 'POST', headers: json, body: `{"name":"${secret}"}` }],
    [
      'a malformed body',
      '/items',
      { method: 'POST', headers: json, body: `{"name":${secret}` },
    ],
    [
      'an invalid body',
      '/items',
      { method: 'POST', headers: json, body: `{"name":"a","${secret}":"${secret}"}` },
    ],
    ['a body of another type', '/items', { method: 'POST', body: secret }],
    ['an upload', '/uploads', { method: 'POST', body: `${secret}${key}` }],
    ['a path', `/items/${key}`, {}],
    ['a path that does not exist', `/nothing/${key}`, {}],
    ['a path with an encoded dot', `/items/${key.replaceAll('.', '%2E')}`, {}],
    ['a path with an encoded dot and no route', `/no/${key.replaceAll('.', '%2E')}`, {}],
    ['a path that has to be cut', `/${'long'.repeat(60)}/${key}`, {}],
    // Of no known form, and in the place where a route has its parameter.
    ['a parameter', `/items/${secret}`, {}],
    ['the message and the stack of an error', `/failure?secret=${key}`, {}],
    [
      'an error that quotes credentials',
      `/failure?secret=${encodeURIComponent(`Bearer ${secret}`)}`,
      {},
    ],
    [
      'an error that quotes a connection',
      `/failure?secret=${encodeURIComponent(`postgres://app:${secret}@db/main`)}`,
      {},
    ],
    [
      'an error that quotes a private key',
      `/failure?secret=${encodeURIComponent(`-----BEGIN PRIVATE KEY-----\n${secret}\n`)}`,
      {},
    ],
    ['the id of a request', '/greeting', { headers: { 'x-request-id': `"${key}` } }],
    ['a forwarded address', '/greeting', { headers: { 'x-forwarded-for': key } }],
  ])('from %s', async (_case, path, init) => {
    const before = service.records().length;
    await fetch(service.url + path, init);
    // The line that closes the request comes last.
    while (
      !service
        .records()
        .slice(before)
        .some(({ msg }) => msg === 'request')
    ) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const text = service.log();
    expect(text).not.toContain(secret);
    expect(text).not.toContain('k3yk3y');
    expect(text).not.toContain('s3cr3t');
  });

  it('from bytes that are no request', async () => {
    await exchange(service.url, `${secret} ${key}\r\n\r\n`);
    await exchange(service.url, `GET / HTTP/1.1\r\n${secret} ${key}\r\n\r\n`);
    expect(service.records().filter(({ msg }) => msg === 'broken request')).toHaveLength(2);
    expect(service.log()).not.toContain(secret);
    expect(service.log()).not.toContain('k3yk3y');
  });
});
