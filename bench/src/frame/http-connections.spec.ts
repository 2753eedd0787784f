import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { HttpConnections, readAnswer, requestBytes } from './http-connections.ts';

async function serving<R>(
  listener: RequestListener,
  use: (connections: HttpConnections, opened: () => number) => Promise<R>,
): Promise<R> {
  let opened = 0;
  const server = createServer(listener).on('connection', () => (opened += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await using connections = new HttpConnections(`http://127.0.0.1:${port}`);
    return await use(connections, () => opened);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('kept connections', () => {
  it('send what is said, and give what is answered', async () => {
    await serving(
      (request, response) => {
        const said: Buffer[] = [];
        request.on('data', (piece: Buffer) => said.push(piece));
        request.on('end', () => {
          response.setHeader('set-cookie', ['a=1', 'b=2']);
          response.statusCode = 201;
          const { method, url, headers } = request;
          const body = Buffer.concat(said).toString();
          response.end(JSON.stringify({ method, url, cookie: headers.cookie, body }));
        });
      },
      async (connections) => {
        const answer = await connections.send(
          requestBytes({ method: 'POST', path: '/a?b', headers: { cookie: 'c=3' }, body: 'ü' }),
        );
        expect(answer.status).toBe(201);
        expect(answer.headers('set-cookie')).toEqual(['a=1', 'b=2']);
        expect(answer.headers('cookie')).toEqual([]);
        expect(JSON.parse(answer.body)).toEqual({
          method: 'POST',
          url: '/a?b',
          cookie: 'c=3',
          body: 'ü',
        });
      },
    );
  });

  it('are opened anew where the server has closed them', async () => {
    const closed = Promise.withResolvers<undefined>();
    await serving(
      (request, response) => {
        request.socket.once('close', () => {
          closed.resolve(undefined);
        });
        response.setHeader('connection', 'close').end('x');
      },
      async (connections, opened) => {
        const call = requestBytes({ method: 'GET', path: '/' });
        await connections.send(call);
        await closed.promise;
        await sleep(20);
        expect((await connections.send(call)).body).toBe('x');
        expect(opened()).toBe(2);
      },
    );
  });

  it('are as many as there are calls at a time, and used again', async () => {
    await serving(
      (_, response) => response.end('x'),
      async (connections, opened) => {
        const call = requestBytes({ method: 'GET', path: '/' });
        for (let turn = 0; turn < 3; turn += 1)
          await Promise.all([connections.send(call), connections.send(call)]);
        expect(opened()).toBe(2);
      },
    );
  });

  it.each([
    ['a long answer', '€'.repeat(100_000), true],
    ['an answer in chunks', 'ü'.repeat(50_000), false],
  ])('put %s together', async (_, text, hasLength) => {
    await serving(
      (__, response) => {
        if (hasLength) response.end(text);
        else {
          response.write(text.slice(0, 7));
          setImmediate(() => response.end(text.slice(7)));
        }
      },
      async (connections) => {
        const { body } = await connections.send(requestBytes({ method: 'GET', path: '/' }));
        expect(body).toBe(text);
      },
    );
  });

  it('fail the call whose connection breaks', async () => {
    await serving(
      (request) => request.socket.destroy(),
      async (connections) => {
        await expect(
          connections.send(requestBytes({ method: 'GET', path: '/' })),
        ).rejects.toThrow();
      },
    );
  });
});

describe('an answer', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';

  it('is not there before all of it is', () => {
    const all = Buffer.from(`${head}ok`);
    for (let length = 0; length < all.length; length += 1)
      expect(readAnswer(all.subarray(0, length))).toBeUndefined();
    expect(readAnswer(all)?.body).toBe('ok');
  });

  it.each([
    ['more than it says', `${head}oks`],
    ['no end', 'HTTP/1.1 200 OK\r\n\r\nok'],
  ])('with %s is an error', (_, text) => {
    expect(() => readAnswer(Buffer.from(text))).toThrow();
  });

  it('of a status without a body has none', () => {
    expect(
      readAnswer(Buffer.from('HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'))?.body,
    ).toBe('');
  });
});
