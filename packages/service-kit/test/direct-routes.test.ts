import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Example, startExample } from './example-service.js';
import { exchange } from './raw-http.js';

let service: Example;
beforeAll(async () => {
  service = await startExample();
});
afterAll(() => service.close());

async function read(path: string, init: RequestInit = {}): Promise<[Response, unknown]> {
  const response = await fetch(service.url + path, init);
  const text = await response.text();
  return [response, text === '' ? undefined : JSON.parse(text)];
}

/** Fails the test by its time limit when it never comes. */
async function lineOf(requestId: string | null): Promise<Record<string, unknown>> {
  for (;;) {
    const line = service
      .records()
      .find((one) => one['requestId'] === requestId && one['method']);
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Those that every answer has, but for what differs from answer to answer. */
function headersOf(response: Response): Record<string, string> {
  const own = ['content-length', 'content-type', 'date', 'transfer-encoding', 'x-request-id'];
  return Object.fromEntries([...response.headers].filter(([name]) => !own.includes(name)));
}

describe('a direct route', () => {
  it('answers by itself, with the headers of every answer', async () => {
    const [response, body] = await read('/some-name/direct?a=b');
    expect(body).toEqual({ by: 'itself', name: 'some-name', inAsyncContext: true });
    expect(headersOf(response)).toEqual(headersOf((await read('/greeting'))[0]));
    expect(response.headers.get('x-request-id')).toMatch(/^req_[\w-]{22}$/);
  });

  it('leaves what is no plain path, and every other method, to the controllers', async () => {
    expect((await read('/some%2Dname/direct'))[1]).toEqual({
      by: 'a controller',
      name: 'some-name',
    });
    const [response] = await read('/name/direct', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await read('/name/directly'))[0].status).toBe(404);
    expect((await read('/name/more/direct'))[0].status).toBe(404);
  });

  it('tells of a failure as every route does', async () => {
    const [failed, body] = await read('/fails/direct');
    expect(failed.status).toBe(500);
    expect(body).toMatchObject({
      code: 'internal_error',
      requestId: failed.headers.get('x-request-id'),
    });
    expect(JSON.stringify(body)).not.toContain('db-7');
    expect(service.log()).toContain('db-7.internal');
    const [refused, problem] = await read('/refused/direct');
    expect([refused.status, problem]).toMatchObject([409, { detail: 'Not like this.' }]);
  });

  it('refuses a head that no route takes', async () => {
    const answer = await exchange(
      service.url,
      'GET /name/direct HTTP/1.1\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('no Host');
  });

  it('has its line in the log and its place in the metrics', async () => {
    const [response] = await read('/logged/direct?secret=exk_hidden');
    expect(await lineOf(response.headers.get('x-request-id'))).toMatchObject({
      level: 'info',
      method: 'GET',
      path: '/:name/direct',
      route: '/:name/direct',
      status: 200,
      msg: 'request',
    });
    expect(service.log()).not.toContain('hidden');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/:name\/direct",status="200"\} \d/,
    );
  });

  it('ends when its time is over', async () => {
    const hasty = await startExample({ REQUEST_TIMEOUT_MS: '100' });
    const response = await fetch(`${hasty.url}/waits/direct`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'timeout' });
    expect(hasty.journal.events.slice(0, 2)).toEqual(['direct began', 'direct aborted']);
    await hasty.close();
  });
});
