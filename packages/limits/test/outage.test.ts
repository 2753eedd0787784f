import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import { Redis } from 'ioredis';

import {
  bucketKey,
  createLimitsConnection,
  leaveLimitsConnection,
  Limits,
  LimitsError,
  LimitsUnavailable,
  quotaKey,
} from '../src/index.js';

const request = {
  bucket: { key: bucketKey('service'), ratePerSecond: 0.001, burst: 1000 },
  quota: { key: quotaKey('nmk_live_1'), limit: 1000 },
  reads: ['key:{nmk_live_1}'],
};

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

async function startServer(settings: Record<string, string> = {}): Promise<PrivateRedis> {
  const server = await startRedis({ settings });
  ends.push(() => server.stop());
  return server;
}

async function connectTo(
  url: string,
  options?: Parameters<typeof createLimitsConnection>[1],
): Promise<Redis> {
  const redis = createLimitsConnection(url, options);
  ends.push(() => {
    redis.disconnect();
  });
  // Lost connections are what these tests are about.
  redis.on('error', () => undefined);
  await ready(redis);
  return redis;
}

function ready(redis: Redis): Promise<unknown> {
  return new Promise((resolve) => redis.once('ready', resolve));
}

async function available(limits: Limits): Promise<void> {
  while (!limits.available) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a script cache that is lost', () => {
  it('costs nothing but a second round trip, even in the middle of the load', async () => {
    const { url } = await startServer();
    const redis = await connectTo(url);
    const limits = new Limits(redis, { timeoutMs: 30_000 });
    const verdicts = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        if (index % 20 === 0) {
          await redis.script('FLUSH');
        }
        return limits.check(request);
      }),
    );
    expect(verdicts.every(({ bucket, quota }) => bucket.allowed && quota.allowed)).toBe(true);
    const seen = verdicts.map(({ quota }) => quota.used).sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect((await limits.check(request)).bucket.remaining).toBe(1000 - 301);
  });

  it('makes only the missing script run again, not the one that was there', async () => {
    const { url } = await startServer();
    const redis = await connectTo(url);
    const limits = new Limits(redis, { timeoutMs: 30_000 });
    await limits.peekQuota(request.quota.key, 10);
    await redis.script('FLUSH');
    await limits.check({ bucket: request.bucket });
    const verdict = await limits.check(request);
    expect(verdict.bucket.remaining).toBe(998);
    expect(verdict.quota.used).toBe(1);
  });
});

describe('Redis', () => {
  it('killed and started again has lost no count and no token (AOF)', async () => {
    const server = await startServer({ appendonly: 'yes', appendfsync: 'always' });
    const redis = await connectTo(server.url);
    const limits = new Limits(redis, { timeoutMs: 30_000 });
    await limits.check(request);
    await limits.check(request);
    await server.kill();
    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    await server.start();
    await available(limits);
    const verdict = await limits.check(request);
    expect(verdict.bucket.remaining).toBe(997);
    expect(verdict.quota.used).toBe(3);
  });

  it('away is an error with a stable code at once, for every call', async () => {
    const server = await startServer();
    // A call that waited for Redis, or for the next attempt to reach it, would outlast the test.
    const redis = await connectTo(server.url, { retryStrategy: () => 600_000 });
    const limits = new Limits(redis, { timeoutMs: 60_000 });
    const away = new Promise((resolve) => redis.once('reconnecting', resolve));
    const { bucket: verdict } = await limits.check(request);
    await server.kill();
    await away;
    for (const call of [
      () => limits.check(request),
      () => limits.giveBack({ bucket: { ...request.bucket, verdict } }),
      () => limits.peekQuota(request.quota.key, 5),
    ]) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(LimitsError);
      expect(error).toMatchObject({
        name: 'LimitsUnavailable',
        code: 'ERR_LIMITS_UNAVAILABLE',
      });
    }
  });

  it('losing its connection in the middle of a check makes the check fail, not wait', async () => {
    const server = await startServer();
    const redis = await connectTo(server.url);
    const limits = new Limits(redis, { timeoutMs: 60_000 });
    await limits.check(request);
    server.pause();
    const failed = expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    await server.kill();
    await failed;
  });

  it('that does not answer makes a check fail after the timeout', async () => {
    const server = await startServer();
    const redis = await connectTo(server.url);
    const limits = new Limits(redis, { timeoutMs: 50 });
    server.pause();
    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    server.resume();
  });

  it('that answers while this process was busy is not taken for slow', async () => {
    const { url } = await startServer();
    const redis = await connectTo(url);
    // Once at leisure, so that Redis has the scripts.
    await new Limits(redis, { timeoutMs: 30_000 }).check(request);
    const check = new Limits(redis, { timeoutMs: 20 }).check(request);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    expect((await check).bucket.allowed).toBe(true);
  });

  it('refusing a command is an error that carries what it said', async () => {
    const { url } = await startServer();
    const redis = await connectTo(url);
    const limits = new Limits(redis, { timeoutMs: 30_000 });
    await redis.lpush(request.quota.key, 'not a counter');
    const refused = (error: unknown) =>
      error instanceof LimitsUnavailable &&
      error.cause instanceof Error &&
      error.cause.message.startsWith('WRONGTYPE');
    // Sent whole the first time, by its digest the second.
    await expect(limits.check(request).catch(refused)).resolves.toBe(true);
    await expect(limits.check(request).catch(refused)).resolves.toBe(true);
  });
});

describe('a failover', () => {
  it('is followed: the demoted primary is left, the counts go on with its replica', async () => {
    const primary = await startServer({ 'repl-diskless-sync-delay': '0' });
    const replica = await startServer();
    const [toPrimary, toReplica] = [new Redis(primary.url), new Redis(replica.url)];
    ends.push(() => {
      toPrimary.disconnect();
      toReplica.disconnect();
    });
    const { password } = new URL(primary.url);
    await toReplica.config('SET', 'requirepass', password);
    for (const either of [toPrimary, toReplica]) {
      await either.config('SET', 'masterauth', password);
    }
    await toReplica.replicaof('127.0.0.1', primary.port);

    const name = await Forwarder.start(primary.port);
    ends.push(() => name.close());
    const redis = await connectTo(`redis://:${password}@127.0.0.1:${name.port}`);
    const limits = new Limits(redis, { timeoutMs: 30_000 });
    await limits.check(request);
    await limits.check(request);
    while ((await toReplica.hget(request.quota.key, 'used')) !== '2') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await toReplica.replicaof('NO', 'ONE');
    await toPrimary.replicaof('127.0.0.1', replica.port);
    name.target = replica.port;

    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    await available(limits);
    const verdict = await limits.check(request);
    expect(verdict.bucket.remaining).toBe(997);
    expect(verdict.quota.used).toBe(3);
  });
});

/** What a name is to a client: new connections go where it points now, old ones stay. */
class Forwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  target: number;

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((inward) => {
      const outward = connect(this.target, '127.0.0.1');
      for (const [from, to] of [
        [inward, outward],
        [outward, inward],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  static async start(target: number): Promise<Forwarder> {
    const forwarder = new Forwarder(target);
    await new Promise<void>((resolve) => {
      forwarder.#server.listen(0, '127.0.0.1', resolve);
    });
    return forwarder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a connection that is left', () => {
  it('is left, whether Redis answers, stands still or is away', async () => {
    const server = await startServer();
    const [answering, still, away] = [
      await connectTo(server.url),
      await connectTo(server.url),
      await connectTo(server.url),
    ];
    await leaveLimitsConnection(answering);
    server.pause();
    const began = performance.now();
    await leaveLimitsConnection(still);
    expect(performance.now() - began).toBeLessThan(2_000);
    server.resume();
    await server.kill();
    await leaveLimitsConnection(away);
    await server.start();
    // Longer than the pause before an attempt to reconnect.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const left of [answering, still, away]) expect(left.status).not.toBe('ready');
  });
});
