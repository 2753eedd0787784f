import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import pg from 'pg';
import { startStack, type Stack, type TestKey } from './support/stack.js';

const MEBIBYTE = 1024 * 1024;

describe('uploads', () => {
  let stack: Stack;
  let key: TestKey;

  beforeAll(async () => {
    stack = await startStack(
      { UPLOAD_MEMORY_BYTES: String(64 * MEBIBYTE), REQUEST_TIMEOUT_MS: '1500' },
      { worker: true },
    );
    key = await stack.createKey();
  });
  afterAll(() => stack.stop());

  /** Announces a body, sends the beginning of it, and leaves the rest out. */
  async function begin(path: string, type: string, length: number): Promise<net.Socket> {
    const { hostname, port } = new URL(stack.url);
    const socket = net.connect(Number(port), hostname);
    socket.setEncoding('utf8');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nx-api-key: ${key.key}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n{`,
    );
    await once(socket, 'connect');
    return socket;
  }

  it('are turned away before they hold more memory than there is for them', async () => {
    const { hostname, port } = new URL(stack.url);
    expect(hostname).not.toBe('');
    expect(port).not.toBe('');
    // Three times 12 MiB each: the second does not fit beside the first.
    const sockets = await Promise.all(
      [1, 2, 3].map(() => begin('/v1/faces/compare', 'application/json', 12 * MEBIBYTE)),
    );
    const answers = sockets.map(async (socket) => {
      const [text] = (await once(socket, 'data')) as [string];
      return text.slice(0, 12);
    });
    const early = await Promise.race(answers);
    expect(early).toBe('HTTP/1.1 503');
    expect((await Promise.all(answers)).sort()).toEqual([
      'HTTP/1.1 408',
      'HTTP/1.1 503',
      'HTTP/1.1 503',
    ]);
    for (const socket of sockets) socket.destroy();
    // What they held is free again.
    const again = await begin('/v1/faces/compare', 'application/json', 12 * MEBIBYTE);
    const [text] = (await once(again, 'data')) as [string];
    expect(text.slice(0, 12)).toBe('HTTP/1.1 408');
    again.destroy();
  });

  it('whose time runs out are answered and recorded', async () => {
    const sockets = [
      await begin('/v1/labels/detect', 'image/jpeg', MEBIBYTE),
      await begin('/v1/labels/detect', 'multipart/form-data; boundary=b', MEBIBYTE),
    ];
    for (const socket of sockets) {
      const [text] = (await once(socket, 'data')) as [string];
      expect(text).toMatch(/^HTTP\/1.1 408 /u);
      socket.destroy();
    }
    const sql = new pg.Client({ connectionString: stack.databaseUrl });
    await sql.connect();
    let statuses: number[] = [];
    for (let attempt = 0; attempt < 100 && statuses.length < 2; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { rows } = await sql.query<{ status: number }>(
        `SELECT status FROM usage_records WHERE operation = 'labels:detect'`,
      );
      statuses = rows.map(({ status }) => status);
    }
    await sql.end();
    expect(statuses).toEqual([408, 408]);
  });
});
