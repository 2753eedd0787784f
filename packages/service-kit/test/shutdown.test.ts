import { describe, expect, it } from '@jest/globals';
import { type Example, startExample } from './example-service.js';
import { RawConnection } from './raw-http.js';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function openWith(service: Example, path: string): Promise<RawConnection> {
  const connection = await RawConnection.open(service.url);
  connection.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return connection;
}

describe('closing a service', () => {
  it('lets what runs finish, then runs the shutdown hooks', async () => {
    const service = await startExample();
    const connection = await openWith(service, '/wait?ms=150');
    await until(() => service.journal.events.includes('wait began'));
    const closing = service.close();
    const answer = await connection.closed();
    expect(answer).toContain('{"waited":true}');
    expect(answer).toContain('connection: close');
    expect(await closing).toBe(true);
    expect(service.journal.events).toEqual(['wait began', 'wait finished', 'shutdown hook']);
  });

  it('accepts nobody new', async () => {
    const service = await startExample();
    const connection = await openWith(service, '/wait?ms=150');
    await until(() => service.journal.events.includes('wait began'));
    const closing = service.close();
    await expect(fetch(`${service.url}/greeting`)).rejects.toThrow();
    expect(await connection.closed()).toContain('{"waited":true}');
    await closing;
  });

  it('answers who is connected already that it is not ready, and hangs up', async () => {
    const service = await startExample();
    const running = await openWith(service, '/wait?ms=200');
    const late = await RawConnection.open(service.url);
    late.send('GET /health/ready HTTP/1.1\r\n');
    await until(() => service.journal.events.includes('wait began'));
    const closing = service.close();
    late.send('Host: x\r\n\r\n');
    const answer = await late.closed();
    expect(answer).toContain('503 Service Unavailable');
    expect(answer).toContain('"notReady":["shutdown"]');
    expect(answer).toContain('connection: close');
    expect(await running.closed()).toContain('{"waited":true}');
    expect(await closing).toBe(true);
  });

  it('answers the request that is under way on a kept connection', async () => {
    const service = await startExample();
    const kept = await openWith(service, '/greeting');
    await kept.receive('hello');
    const closing = service.close();
    kept.send('GET /greeting HTTP/1.1\r\nHost: x\r\n\r\n');
    const [, , second] = (await kept.closed()).split('HTTP/1.1 200 OK');
    expect(second).toContain('connection: close');
    expect(second).toContain('hello');
    expect(await closing).toBe(true);
  });

  it('closes connections on which nothing happens, idle or never used', async () => {
    const service = await startExample();
    const unused = await RawConnection.open(service.url);
    const idle = await openWith(service, '/greeting');
    await idle.receive('hello');
    expect(await service.close()).toBe(true);
    await unused.closed();
    await idle.closed();
  });

  it('cuts off what does not finish in time, and says so', async () => {
    const service = await startExample({ SHUTDOWN_TIMEOUT_MS: '100' });
    const connection = await openWith(service, '/never');
    await until(() => service.journal.events.includes('never began'));
    expect(await service.close()).toBe(false);
    expect(await connection.closed()).toBe('');
    expect(service.journal.events).toContain('never aborted');
    expect(service.journal.events).toContain('shutdown hook');
  });

  it('happens once, however often it is asked for', async () => {
    const service = await startExample();
    expect(await Promise.all([service.close(), service.close()])).toEqual([true, true]);
    expect(service.journal.events).toEqual(['shutdown hook']);
  });
});
