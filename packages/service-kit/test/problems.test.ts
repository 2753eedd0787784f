import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { ProblemDocument } from '../src/index.js';
import { type Example, startExample } from './example-service.js';
import { exchange, RawConnection } from './raw-http.js';

let service: Example;
beforeAll(async () => {
  service = await startExample();
});
afterAll(() => service.close());

const json = { 'content-type': 'application/json' };

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(service.url + path, init);
}

function post(
  path: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = json,
): RequestInit {
  return { method: 'POST', body, headers };
}

/** Checks what every problem has, whatever it is about. */
async function problemOf(response: Response): Promise<ProblemDocument> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const document = ProblemDocument.parse(await response.json());
  expect(document.status).toBe(response.status);
  expect(document.type).toBe(`urn:nomo:problem:${document.code}`);
  expect(document.requestId).toBe(response.headers.get('x-request-id'));
  return document;
}

describe('a service of the kit', () => {
  it('validates bodies, and sends no more than the answer’s schema has', async () => {
    const response = await call('/items', post('', JSON.stringify({ name: 'a', tags: ['b'] })));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ name: 'a' });
  });

  it('validates queries, and gives handlers what the schema makes of them', async () => {
    expect(await (await call('/items?limit=7')).json()).toEqual({ limit: 7 });
    expect(await (await call('/items')).json()).toEqual({ limit: 5 });
  });

  it.each<[string, string, RequestInit, number, string]>([
    ['a body of the wrong shape', '/items', post('', '{"name":7}'), 400, 'invalid_request'],
    ['an unknown property', '/items', post('', '{"name":"a","x":1}'), 400, 'invalid_request'],
    ['no body', '/items', { method: 'POST' }, 400, 'invalid_request'],
    ['a query out of range', '/items?limit=11', {}, 400, 'invalid_request'],
    ['malformed JSON', '/items', post('', '{"name":hunter2'), 400, 'invalid_request'],
    ['JSON that is no object', '/items', post('', '7'), 400, 'invalid_request'],
    [
      'a body over the limit',
      '/items',
      post('', JSON.stringify({ name: 'x'.repeat(70_000) })),
      413,
      'payload_too_large',
    ],
    [
      'a body that unpacks to more than the limit',
      '/items',
      post('', gzipSync(`"${'x'.repeat(10_000_000)}"`), {
        ...json,
        'content-encoding': 'gzip',
      }),
      413,
      'payload_too_large',
    ],
    [
      'a packed body that is broken',
      '/items',
      post('', 'no gzip', { ...json, 'content-encoding': 'gzip' }),
      400,
      'invalid_request',
    ],
    [
      'an unknown packing',
      '/items',
      post('', '{}', { ...json, 'content-encoding': 'secret' }),
      415,
      'unsupported_media_type',
    ],
    [
      'an unknown character set',
      '/items',
      post('', '{}', { 'content-type': 'application/json; charset=klingon' }),
      415,
      'unsupported_media_type',
    ],
    [
      'a body that is not JSON',
      '/items',
      post('', 'name=a', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
    ],
    ['an unknown path', '/nothing', {}, 404, 'not_found'],
    ['a path in other letters', '/Greeting', {}, 404, 'not_found'],
    ['an upload in other letters', '/Uploads', post('', '{'), 404, 'not_found'],
    ['a malformed path with a body', '/items/%FF', post('', '{'), 400, 'invalid_request'],
    ['an unknown path with a body', '/nothing', post('', 'x', {}), 404, 'not_found'],
    ['an unknown method', '/items/7', { method: 'DELETE' }, 405, 'method_not_allowed'],
    ['a malformed path', '/items/%FF', {}, 400, 'invalid_request'],
    ['a problem of the application', '/problem', {}, 429, 'quota_exceeded'],
    ['an exception of Nest', '/forbidden', {}, 403, 'forbidden'],
    ['input that a handler has validated itself', '/validate', {}, 400, 'invalid_request'],
    ['an error that nobody expected', '/failure?secret=s', {}, 500, 'internal_error'],
    ['a thrown object', '/thrown-object', {}, 500, 'internal_error'],
    [
      'an answer that its own schema refuses',
      '/invalid-answer',
      { method: 'POST' },
      500,
      'internal_error',
    ],
  ])('answers %s with a problem', async (_case, path, init, status, code) => {
    expect(await problemOf(await call(path, init))).toMatchObject({ status, code });
  });

  it('says where the input is wrong', async () => {
    const problem = await problemOf(await call('/items', post('', '{"name":"a","tags":[1]}')));
    expect(problem.errors).toEqual([{ path: 'tags.0', message: 'This has to be a string.' }]);
  });

  it('says what about a body is wrong', async () => {
    const large = await call('/items', post('', JSON.stringify({ name: 'x'.repeat(70_000) })));
    expect(await problemOf(large)).toMatchObject({ limit: 65_536 });
    const malformed = await problemOf(await call('/items', post('', '{"name":')));
    expect(malformed.detail).toBe('The request body is not valid JSON.');
    for (const body of ['null', '[]', '7', '"name"']) {
      const other = await problemOf(await call('/items', post('', body)));
      expect(other.detail).toBe('A JSON object has to be sent.');
    }
  });

  describe('given text that cannot be kept as it was sent', () => {
    const nul = 'This must not have a NUL character.';
    const half = 'This is not valid UTF-8: it has half of a surrogate pair.';
    const illFormed = 'This is not valid UTF-8.';

    it.each<[string, string, RequestInit, string, string]>([
      ['a NUL in a body', '/items', post('', '{"name":"a\\u0000b"}'), 'name', nul],
      ['one further in', '/items', post('', '{"tags":["a","\\u0000"]}'), 'tags.1', nul],
      ['one in a name', '/items', post('', '{"a\\u0000":1}'), 'a\0', nul],
      ['half of a pair in a body', '/items', post('', '{"name":"\\ud800"}'), 'name', half],
      ['a NUL in a query', '/items?limit=%00', {}, 'limit', nul],
      ['bytes in a query that are not UTF-8', '/items?limit=%ff', {}, 'limit', illFormed],
      ['a NUL in a path', '/items/%00', {}, 'id', nul],
      [
        '30,000 levels',
        '/items',
        post('', `{"tags":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
        `tags${'.0'.repeat(31)}`,
        'This is nested deeper than 32 levels.',
      ],
    ])('answers %s with where it is', async (_case, path, init, where, message) => {
      const problem = await problemOf(await call(path, init));
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(problem.errors).toEqual([{ path: where, message }]);
    });

    it('answers a body that is not UTF-8 without a word of it', async () => {
      const body = (end: number[]): Uint8Array<ArrayBuffer> =>
        Uint8Array.from([...Buffer.from('{"name":"hunter2'), ...end, ...Buffer.from('"}')]);
      const response = await call('/items', post('', body([0xff, 0xfe])));
      const problem = await problemOf(response);
      expect(problem).toMatchObject({
        status: 400,
        code: 'invalid_request',
        detail: 'The request body is not valid UTF-8.',
      });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
      await logLine((record) => record['requestId'] === problem.requestId);
      expect(service.log()).not.toContain('hunter2');
      expect((await call('/items', post('', body([0xc3, 0xa9])))).status).toBe(201);
    });

    it('takes a percent sign that begins no escape, as ever', async () => {
      expect(await (await call('/items?other=100%')).json()).toEqual({ limit: 5 });
    });

    it('lets a handler judge by itself that answers by itself', async () => {
      const page = await call('/pages/%00?text=%00%ff');
      expect(await page.json()).toEqual({ id: '\0', text: '\0\ufffd' });
    });

    it('looks at nothing that the handler is not given', async () => {
      expect((await call('/greeting?text=%00%ff')).status).toBe(200);
    });
  });

  it('names the methods that a path does answer to', async () => {
    const one = await call('/items/7', { method: 'DELETE' });
    expect(one.headers.get('allow')).toBe('GET, HEAD');
    const head = await call('/uploads', { method: 'HEAD' });
    expect(head.status).toBe(405);
    expect(head.headers.get('allow')).toBe('POST');
    const both = await call('/items', { method: 'OPTIONS' });
    expect(both.status).toBe(405);
    expect(both.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('sends the headers and extensions of a problem', async () => {
    const response = await call('/problem');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await problemOf(response)).toMatchObject({ limit: 5, status: 429 });
  });

  it('shows nothing of what failed inside', async () => {
    const paths = ['/failure?secret=hunter2', '/wrapped', '/thrown-object', '/problem'];
    for (const path of paths) {
      const text = await (await call(path)).text();
      expect(text).not.toMatch(/hunter2|db-7|counter|secret|stack|\.ts/);
    }
    const text = await (await call('/items', post('', '{"name":hunter2'))).text();
    expect(text).not.toContain('hunter2');
  });

  it.each(['/uploads', '/tenants/acme/uploads'])(
    'leaves the body to handlers that read it themselves, whatever its type and size: %s',
    async (path) => {
      const body = 'x'.repeat(300_000);
      const response = await call(path, post('', body));
      expect(await response.json()).toEqual({ bytes: 300_000 });
    },
  );

  it('never lets half an answer pass for a whole one', async () => {
    await expect(call('/half').then((response) => response.text())).rejects.toThrow();
  });

  it('does not send a body in answer to HEAD', async () => {
    const response = await call('/items/7', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect((await call('/nothing', { method: 'HEAD' })).status).toBe(404);
  });

  it.each([
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html',
    ],
    ['a program', '*/*', 'application/problem+json'],
    [
      'a program that reads JSON',
      'application/json, text/html;q=0.5',
      'application/problem+json',
    ],
  ])('tells %s in its own way that there is nothing', async (_who, accept, type) => {
    const response = await call('/nothing', { headers: { accept } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain(type);
    // A path that is there is another matter.
    const other = await call('/items', { method: 'DELETE', headers: { accept } });
    expect(other.status).toBe(405);
    expect(other.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each(['/uploads', '/items'])(
    'goes on when a client leaves in the middle of its request to %s',
    async (path) => {
      const connection = await RawConnection.open(service.url);
      connection.send(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
      );
      connection.socket.destroy();
      await connection.closed();
      expect((await call('/greeting')).status).toBe(200);
      const line = await logLine((record) => record['path'] === path && 'aborted' in record);
      expect(line).toHaveProperty('status', 499);
      expect(line).not.toHaveProperty('problem');
    },
  );

  it('tells a handler when its client has left', async () => {
    const connection = await RawConnection.open(service.url);
    connection.send('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => service.journal.events.includes('never began'));
    connection.socket.destroy();
    await until(() => service.journal.events.includes('never aborted'));
    expect(service.log()).not.toContain('too late to matter');
  });
});

describe('a client that waits before it sends its body', () => {
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n`;

  it.each(['/uploads', '/items'])('is asked for it when %s reads it', async (path) => {
    const connection = await RawConnection.open(service.url);
    connection.send(`${head(path)}Content-Length: 12\r\n\r\n`);
    await connection.receive('100 Continue');
    connection.send('{"name":"a"}');
    expect(await connection.receive('}')).toContain('HTTP/1.1 201');
    connection.socket.destroy();
  });

  it('is not asked for it when nobody will read it', async () => {
    const answer = await exchange(service.url, `${head('/nothing')}Content-Length: 9\r\n\r\n`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('connection')).toBe('close');
  });
});

describe('what never becomes a request', () => {
  it.each<[string, string, number, string]>([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost x\r\n\r\n', 400, 'invalid_request'],
    [
      'a header without end',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`,
      431,
      'headers_too_large',
    ],
    [
      'two lengths',
      'POST /items HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
      'invalid_request',
    ],
    [
      'length and chunks at once',
      'POST /items HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
    ['no Host', 'GET /greeting HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    [
      'two Hosts',
      'GET /greeting HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
    [
      'an expectation that nobody can meet',
      'GET /greeting HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      417,
      'expectation_failed',
    ],
    [
      'a chunk of no size',
      'POST /uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nhunter2\r\n',
      400,
      'invalid_request',
    ],
  ])('%s is answered with a problem', async (_case, request, status, code) => {
    const answer = await exchange(service.url, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = ProblemDocument.parse(JSON.parse(answer.body));
    expect(problem).toMatchObject({ status, code });
    expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.body).not.toContain('hunter2');
    await logLine((record) => record['requestId'] === problem.requestId);
  });
});

async function logLine(
  matches: (record: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown> | undefined> {
  await until(() => service.records().some(matches));
  return service.records().find(matches);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
