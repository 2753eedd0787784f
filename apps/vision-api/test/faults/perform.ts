import { setTimeout as sleep } from 'node:timers/promises';
import { type Program } from './program.js';
import { Reckoning, type Figures } from './reckoning.js';
import { Scene, type Scenario } from './scene.js';
import { type Stage } from './stage.js';

/** Answers before the fault, and after it. */
const BEFORE = 40;
const AFTER = 40;

/** What nobody has to wait for: seconds, on a machine that may do other things as well. */
const RECOVERED_WITHIN_MS = 15_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a fault came to. */
export interface Outcome extends Figures {
  readonly name: string;
  /** From the end of the fault until both processes were ready, and served. */
  readonly recoveredMs: number;
  readonly remarks: readonly string[];
  /** What is not as it has to be, in words. */
  readonly wrong: readonly string[];
}

/** Plays one fault in the middle of load, waits for calm, and adds everything up. */
export async function perform(stage: Stage, scenario: Scenario): Promise<Outcome> {
  await untilNotNearMidnight();
  const deaths = (): number[] => [...stage.apis, stage.worker].map((running) => running.deaths);
  const before = deaths();
  const scene = await Scene.set(stage, scenario);
  const decided = await Promise.all(stage.apis.map(decidedOnPostgres));
  const recoveredMs = await underLoad(scene);
  const reckoning = new Reckoning(scene);
  await reckoning.settle();
  // Every process has compared its counts with PostgreSQL by now, or does so with this.
  await scene.askEachOnce();
  await reckoning.settle();
  for (const [index, api] of stage.apis.entries()) {
    const now = await decidedOnPostgres(api);
    // A process that was started again counts from the beginning.
    const before = decided[index] ?? 0;
    scene.decidedOnPostgres += now < before ? now : now - before;
  }
  const { figures, wrong: disagreements } = await reckoning.addUp();
  const wrong = [...scene.wrong, ...disagreements];
  if (recoveredMs > RECOVERED_WITHIN_MS) wrong.push(`recovery took ${recoveredMs} ms`);
  for (const [index, count] of deaths().entries()) {
    if (count !== before[index]) wrong.push('a process ended by itself');
  }
  return { name: scenario.name, ...figures, recoveredMs, remarks: scene.remarks, wrong };
}

/**
 * The load ends with it, however it ends: a fault that could not be played is not to spoil the
 * next.
 *
 * @returns how long recovery took, in milliseconds
 */
async function underLoad(scene: Scene): Promise<number> {
  const { load, scenario } = scene;
  load.start();
  try {
    await load.more(BEFORE);
    await scenario.play(scene);
    const recoveredMs = (await scene.recovery) ?? 0;
    await load.more(AFTER);
    return recoveredMs;
  } finally {
    await load.stop();
  }
}

function decidedOnPostgres(api: Program): Promise<number> {
  return api.metric('vision_gate_decisions_total', 'on="postgres"');
}

/** Every quota begins anew at midnight, in the middle of whatever is counted then. */
async function untilNotNearMidnight(): Promise<void> {
  const left = DAY_MS - (Date.now() % DAY_MS);
  if (left < 2 * MINUTE_MS) await sleep(left + 1_000);
}
