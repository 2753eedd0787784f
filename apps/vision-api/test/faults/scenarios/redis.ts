import { startRedis } from '@nomo/local/testing';
import { Queue } from 'bullmq';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBatch, USAGE_QUEUE } from '../../../src/usage/usage-event.js';
import { type Scenario, type Scene } from '../scene.js';

/** Answers while the fault lasts. */
const WITHIN = 60;

const STANDING_STILL_MS = 3_000;

/**
 * Eight clients have eight requests under way when Redis goes, which may be counted twice, and
 * eight when it comes back to one process and not yet to the other.
 */
const UNDER_WAY = 16;

async function lose(scene: Scene, between: () => Promise<void>): Promise<void> {
  const { stage, load } = scene;
  await stage.redis.kill();
  await load.more(WITHIN);
  await scene.revoke();
  await load.more(WITHIN);
  try {
    await between();
  } finally {
    await stage.redis.start();
  }
  scene.restored();
}

/** Takes everything from a Redis that does not run, and reads from a copy what usage it held. */
async function empty(scene: Scene): Promise<void> {
  const { data } = scene.stage.redis;
  const copy = mkdtempSync(path.join(tmpdir(), 'nomo-lost-'));
  cpSync(data, copy, { recursive: true });
  for (const entry of readdirSync(data)) {
    rmSync(path.join(data, entry), { recursive: true });
  }
  const grave = await startRedis({ settings: { dir: copy } });
  const queue = new Queue(USAGE_QUEUE.name, {
    prefix: USAGE_QUEUE.prefix,
    connection: { url: grave.url, maxRetriesPerRequest: null },
  });
  try {
    for (const job of await queue.getJobs(['wait', 'active', 'delayed', 'failed'])) {
      for (const { eventId, keyId } of decodeBatch(job.data) ?? [])
        scene.lost.set(eventId, keyId);
    }
  } finally {
    await queue.close();
    await grave.stop();
    rmSync(copy, { recursive: true });
  }
}

async function loseAll(scene: Scene): Promise<void> {
  await lose(scene, () => empty(scene));
}

export const redisScenarios: readonly Scenario[] = [
  {
    name: 'Redis is killed, and comes back with what it knew',
    allows: { miscounted: UNDER_WAY },
    play: (scene) => lose(scene, () => Promise.resolve()),
  },
  {
    name: 'Redis is killed, and comes back empty',
    allows: { miscounted: UNDER_WAY },
    play: loseAll,
  },
  {
    name: 'Redis stands still for 3 s',
    allows: { miscounted: UNDER_WAY },
    async play(scene: Scene): Promise<void> {
      const { redis } = scene.stage;
      redis.pause();
      const revoked = scene.revoke();
      await sleep(STANDING_STILL_MS);
      redis.resume();
      scene.restored();
      await revoked;
    },
  },
  {
    name: 'keys at their quota, Redis killed twice, the second time emptied',
    allows: { miscounted: UNDER_WAY },
    // One at its quota before the fault, one within it, one after it.
    limited: [6, 16, 60],
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      await stage.redis.kill();
      await load.more(WITHIN);
      await stage.redis.start();
      await load.more(WITHIN);
      await loseAll(scene);
      await load.more(2 * WITHIN);
    },
  },
];
