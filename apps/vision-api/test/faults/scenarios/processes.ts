import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { encodeBatch, type UsageEvent } from '../../../src/usage/usage-event.js';
import { QUEUE_LIMIT } from '../stage.js';
import { type Scenario, type Scene } from '../scene.js';

/** Answers between two signals. */
const BETWEEN = 40;

/** How often the worker is killed. */
const KILLS = 3;

/** Eight clients, when Redis goes and when it comes back. */
const UNDER_WAY = 16;

const LOOK_EVERY_MS = 50;

export const processScenarios: readonly Scenario[] = [
  {
    name: 'an API process is killed, and started again',
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      const [api] = stage.apis;
      await api.end('SIGKILL');
      await scene.revoke();
      await load.more(BETWEEN);
      await api.start();
      load.include(api.url);
      scene.restored();
    },
  },
  {
    name: 'an API process is told to stop, and started again',
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      const [api] = stage.apis;
      const code = await api.end('SIGTERM');
      if (code !== 0) scene.wrong.push(`it exited with ${String(code)}`);
      await scene.revoke();
      await load.more(BETWEEN);
      await api.start();
      load.include(api.url);
      scene.restored();
    },
  },
  {
    name: 'an API process and Redis are killed at once, and come back',
    allows: { miscounted: UNDER_WAY },
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      const [api] = stage.apis;
      await Promise.all([api.end('SIGKILL'), stage.redis.kill()]);
      await load.more(BETWEEN);
      await scene.revoke();
      await stage.redis.start();
      await api.start();
      load.include(api.url);
      scene.restored();
    },
  },
  {
    name: `the worker is killed ${KILLS} times`,
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await load.more(BETWEEN);
        await stage.worker.end('SIGKILL');
        await load.more(BETWEEN);
        await stage.worker.start();
      }
      await scene.revoke();
      scene.restored();
    },
  },
  {
    name: 'no worker, until the queue is full',
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      const { queue, apis } = stage;
      await stage.worker.end('SIGTERM');
      await scene.revoke();
      // Most of what may wait; the load adds the rest.
      const key = await stage.createKey();
      const eventOf = (): UsageEvent => ({
        eventId: uuidv7(),
        userId: key.userId,
        keyId: key.id,
        operation: 'labels:detect',
        status: 200,
        occurredAt: Date.now(),
      });
      await queue.addBulk(
        Array.from({ length: QUEUE_LIMIT - BETWEEN }, () => ({
          name: 'record',
          data: encodeBatch([eventOf()]),
        })),
      );
      const direct = async (): Promise<number> => {
        const counts = apis.map((api) =>
          api.metric('vision_usage_events_total', 'path="table"'),
        );
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      };
      const before = await direct();
      while ((await direct()) < before + BETWEEN) await sleep(LOOK_EVERY_MS);
      const waiting = await queue.getWaitingCount();
      await load.more(BETWEEN);
      const later = await queue.getWaitingCount();
      scene.remarks.push(
        `${waiting} batches waited, and ${(await direct()) - before} answers went past them`,
      );
      if (later > waiting + BETWEEN) scene.wrong.push(`the queue grew on, to ${later}`);
      await stage.worker.start();
      scene.restored();
    },
  },
];
