import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { perform, type Outcome } from './perform.js';
import { line, writeFigures } from './report.js';
import { clientScenarios } from './scenarios/clients.js';
import { postgresScenarios } from './scenarios/postgres.js';
import { processScenarios } from './scenarios/processes.js';
import { redisScenarios } from './scenarios/redis.js';
import { type Scenario } from './scene.js';
import { Stage } from './stage.js';

/** `npm test` plays each fault once; `pnpm run test:faults` ten times. */
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1);
/** A file to write the figures to, in Markdown. */
const file = process.env['FAULT_FIGURES'];

const scenarios: readonly Scenario[] = [
  ...redisScenarios,
  ...postgresScenarios,
  ...processScenarios,
  ...clientScenarios,
];

/** A fault that leaves something undone is waited for a minute, and told. */
const LONGEST_MS = 240_000;

describe('in the middle of load', () => {
  let stage: Stage;
  const played: Outcome[][] = [];

  beforeAll(async () => {
    stage = await Stage.start();
  }, LONGEST_MS);
  afterAll(async () => {
    await stage.stop();
  }, LONGEST_MS);

  describe.each(Array.from({ length: rounds }, (_, index) => index + 1))('round %d', () => {
    const outcomes: Outcome[] = [];
    beforeAll(() => {
      played.push(outcomes);
    });
    afterAll(() => {
      if (file !== undefined) writeFigures(file, played);
    });

    it.each(scenarios)(
      '$name',
      async (scenario) => {
        const outcome = await perform(stage, scenario);
        outcomes.push(outcome);
        process.stdout.write(`${line(outcome)}\n`);
        if (outcome.wrong.length > 0) process.stdout.write(`${stage.latestLog()}\n`);
        expect(outcome.wrong).toEqual([]);
      },
      LONGEST_MS,
    );
  });
});
