import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProblemDocument } from '../src/index.js';
import { type Example, startExample } from './example-service.js';
import { exchange, parse, RawConnection } from './raw-http.js';

let service: Example;
beforeEach(async () => {
  service = await startExample({ REQUEST_TIMEOUT_MS: '150' });
});
afterEach(() => service.close());

// None of these would end without its limit, but by the time limit of the test.
describe('a request that is over its time', () => {
  it('answers timeout when a handler does not finish, and tells the handler', async () => {
    const response = await fetch(`${service.url}/never`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'timeout' });
    expect(service.journal.events).toContain('never aborted');
    expect(service.log()).not.toContain('too late to matter');
  });

  it('answers request_timeout when the head does not end', async () => {
    const answer = await exchange(service.url, 'GET /greeting HTTP/1.1\r\nHost: x\r\nX: ');
    expect(answer.status).toBe(408);
    expect(ProblemDocument.parse(JSON.parse(answer.body)).code).toBe('request_timeout');
  });

  it('answers request_timeout when nothing is sent at all', async () => {
    const connection = await RawConnection.open(service.url);
    expect(parse(await connection.closed()).status).toBe(408);
  });

  it('answers request_timeout when the body does not end', async () => {
    for (const path of ['/items', '/uploads']) {
      const answer = await exchange(
        service.url,
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      );
      expect(answer.status).toBe(408);
      expect(ProblemDocument.parse(JSON.parse(answer.body)).code).toBe('request_timeout');
    }
  });

  it('cuts an answer that does not end', async () => {
    const connection = await RawConnection.open(service.url);
    connection.send('GET /trickle HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await connection.closed()).toContain('first');
  });

  it('leaves the connection of others alone', async () => {
    const connection = await RawConnection.open(service.url);
    connection.send('GET /greeting HTTP/1.1\r\nHost: x\r\n\r\n');
    await connection.receive('hello');
    await fetch(`${service.url}/never`);
    connection.send('GET /items/7 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await connection.receive('"7"')).toContain('hello');
    connection.socket.destroy();
  });
});
