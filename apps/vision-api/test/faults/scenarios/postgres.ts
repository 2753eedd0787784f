import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type Scene } from '../scene.js';

/** Requests that either store may have taken when both went, one for each client. */
const UNDER_WAY = 8;

/** Answers while the fault lasts. */
const WITHIN = 120;

const STANDING_STILL_MS = 3_000;

/** Whoever comes later waits no longer than those who find out that PostgreSQL is away. */
const QUICK_MS = 3_000;

async function lose(scene: Scene, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const { stage, load } = scene;
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
  await stage.postgres.kill(signal);
  const revoked = scene.revoke();
  await load.more(WITHIN);
  await stage.postgres.start();
  scene.restored();
  await revoked;
}

export const postgresScenarios: readonly Scenario[] = [
  {
    name: 'PostgreSQL is stopped and started',
    play: (scene) => lose(scene, 'SIGINT'),
  },
  {
    name: 'PostgreSQL is killed, and recovers',
    play: (scene) => lose(scene, 'SIGQUIT'),
  },
  {
    name: 'PostgreSQL stands still for 3 s',
    async play(scene: Scene): Promise<void> {
      const resume = await scene.stage.pausePostgres();
      const revoked = scene.revoke();
      await sleep(STANDING_STILL_MS);
      resume();
      scene.restored();
      await revoked;
    },
  },
  {
    name: 'Redis and PostgreSQL are killed, and come back',
    allows: { unavailable: true, recordedThough503: UNDER_WAY, miscounted: 2 * UNDER_WAY },
    async play(scene: Scene): Promise<void> {
      const { stage, load } = scene;
      await Promise.all([stage.redis.kill(), stage.postgres.kill()]);
      const from = load.sent.length;
      const revoked = scene.revoke();
      await load.more(WITHIN);
      const slowest = Math.max(
        ...load.sent.slice(from + UNDER_WAY).map(({ milliseconds }) => milliseconds),
      );
      scene.remarks.push(`the slowest answer took ${Math.round(slowest)} ms`);
      if (slowest > QUICK_MS) scene.wrong.push('people had to wait for their 503');
      await stage.postgres.start();
      await stage.redis.start();
      scene.restored();
      await revoked;
    },
  },
];
