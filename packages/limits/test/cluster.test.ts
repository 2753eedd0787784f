import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import { Cluster, Redis } from 'ioredis';

import { writeScripts, type Script } from '../src/lib/scripts.js';
import { bucketKey, Limits, LimitsUnavailable, quotaKey } from '../src/index.js';

/** The two hash tags of the cluster specification's examples: slots of different nodes. */
const bucket = { key: bucketKey('123456789'), ratePerSecond: 0.001, burst: 50 };
const keyId = 'user1000';
const request = {
  bucket,
  quota: { key: quotaKey(keyId), limit: 2 },
  reads: [`key:{${keyId}}`, 'plain', '{}empty', '{open', 'close}open{'],
};

/** The nodes of a cluster have one password. */
const password = 'of every node';

/** A node listens on its port plus 10,000 as well: not every free port will do. */
async function startNode(attempts = 10): Promise<PrivateRedis> {
  try {
    return await startRedis({ settings: { 'cluster-enabled': 'yes' } });
  } catch (error) {
    if (attempts > 1) {
      return startNode(attempts - 1);
    }
    throw error;
  }
}

describe('on Redis Cluster', () => {
  let nodes: [PrivateRedis, PrivateRedis];
  let clients: [Redis, Redis];
  let cluster: Cluster;

  beforeAll(async () => {
    nodes = [await startNode(), await startNode()];
    clients = [new Redis(nodes[0].url), new Redis(nodes[1].url)];
    for (const client of clients) {
      await client.config('SET', 'requirepass', password);
    }
    const slots = Array.from({ length: 16_384 }, (_, slot) => slot);
    await clients[0].cluster('ADDSLOTS', ...slots.slice(0, 8192));
    await clients[1].cluster('ADDSLOTS', ...slots.slice(8192));
    await clients[0].cluster('MEET', '127.0.0.1', nodes[1].port);
    for (const client of clients) {
      while (!(await client.cluster('INFO')).includes('cluster_state:ok')) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    cluster = new Cluster(
      nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      {
        redisOptions: { password },
      },
    );
  });

  afterAll(async () => {
    cluster.disconnect();
    for (const client of clients) {
      client.disconnect();
    }
    await Promise.all(nodes.map((node) => node.stop()));
  });

  it('decides and reads over several nodes, and puts every reply where it belongs', async () => {
    const limits = new Limits(cluster, { timeoutMs: 30_000 });
    const slots = await Promise.all(
      [request.bucket.key, request.quota.key].map((key) => clients[0].cluster('KEYSLOT', key)),
    );
    expect(slots).toEqual([12_739, 3_443]);
    for (const read of request.reads) {
      await cluster.set(read, `value of ${read}`);
    }
    const expected = request.reads.map((read) => `value of ${read}`);
    expect(await limits.check(request)).toMatchObject({
      bucket: { allowed: true, remaining: 49 },
      quota: { allowed: true, used: 1 },
      reads: expected,
    });
    const second = await limits.check(request);
    expect(await limits.check(request)).toMatchObject({
      bucket: { allowed: true, remaining: 47 },
      quota: { allowed: false, used: 2 },
      reads: expected,
    });
    await limits.giveBack({
      bucket: { ...bucket, verdict: second.bucket },
      quota: { key: request.quota.key, resetAt: second.quota.resetAt },
    });
    expect((await limits.check({ bucket })).bucket.remaining).toBe(47);
    expect(await limits.peekQuota(request.quota.key, 2)).toMatchObject({ used: 1 });
  });

  it('touches no key but the declared one: a node that lacks the others runs each script', async () => {
    // A script that reached for an undeclared key would be refused by the cluster.
    const undeclared = "return redis.call('GET', 'bucket:{elsewhere}')";
    await expect(clients[1].eval(undeclared, 1, bucket.key)).rejects.toThrow(/non local key/u);
    for (const { lua } of Object.values<Script>({ ...writeScripts() })) {
      await clients[1].eval(lua, 1, 'any:{123456789}', 1_000_000, 5, 5, 5);
      await clients[1].del('any:{123456789}');
    }
  });

  it('says unavailable when a node is gone', async () => {
    const lost = new Cluster([{ host: '127.0.0.1', port: nodes[0].port }], {
      enableOfflineQueue: false,
      clusterRetryStrategy: () => null,
      redisOptions: { password, maxRetriesPerRequest: 0 },
    });
    lost.on('error', () => undefined);
    lost.disconnect();
    await expect(new Limits(lost).check(request)).rejects.toThrow(LimitsUnavailable);
  });
});
