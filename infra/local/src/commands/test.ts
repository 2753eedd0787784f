import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Interrupted } from '../failure.ts';
import { failureReport, TaskOutputs, withoutColours } from '../failures.ts';
import { dieWithUs } from '../guard.ts';
import { Lines } from '../running-app.ts';
import { openServices } from '../services.ts';
import {
  addUp,
  failedTasks,
  type PackageTotals,
  type Totals,
  totalsLine,
  type TurboTask,
} from '../totals.ts';
import { build, turboProgram, withWorkspace } from '../workspace.ts';
import { type Context } from './context.ts';

/** Prepares everything, runs every check and ends with the line of totals. */
export async function test(context: Context): Promise<number> {
  const { layout, settings, progress, signal } = context;
  const services = await openServices({ layout, settings, purpose: 'npm test', progress });
  let outcome: Outcome;
  try {
    await withWorkspace(
      layout,
      () =>
        progress.step('building (the first time this takes some minutes)', () =>
          // A package that does not build is a failure to be counted, not the end.
          build(layout, [], signal).catch((error: unknown) => {
            if (error instanceof Interrupted) throw error;
            return 'not everything could be built';
          }),
        ),
      (pid) => {
        progress.line(`… waiting for process ${pid}, which is building`);
      },
    );
    outcome = await runChecks(context);
  } finally {
    await services.close(progress);
  }
  const { totals, failures, report } = outcome;
  // Down here, so that nobody has to look for it above.
  if (totals.failed > 0) {
    for (const line of report) progress.line(line);
    progress.failure(`What failed: ${failures.join(', ')}`);
  }
  // Alone, and last: whoever reads results reads this line.
  process.stdout.write(`\n${totalsLine(totals)}\n`);
  return totals.failed > 0 ? 1 : 0;
}

interface Outcome {
  readonly totals: Totals;
  /** The names of what failed. */
  readonly failures: readonly string[];
  /** What they said. */
  readonly report: readonly string[];
}

async function runChecks({ layout, progress, signal }: Context): Promise<Outcome> {
  const results = mkdtempSync(path.join(tmpdir(), 'nomo-results-'));
  try {
    const turbo = turboProgram(layout);
    const child = spawn(
      turbo.file,
      [
        ...['run', 'lint', 'typecheck', 'test'],
        // Everything that can be checked is checked, whatever fails beside it.
        '--continue=dependencies-successful',
        '--summarize',
        ...['--ui=stream', '--log-order=grouped', '--output-logs=new-only'],
        // Type-aware lint and models in memory: more at once only makes all of it slower.
        '--concurrency=100%',
        progress.colours ? '--color' : '--no-color',
      ],
      {
        cwd: layout.root,
        env: { ...turbo.env, NOMO_TEST_RESULTS: results },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    dieWithUs(child, { signal: 'TERM' });
    const end = (): void => {
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', end, { once: true });
    let summaryFile: string | undefined;
    const outputs = new TaskOutputs();
    const lines = new Lines((line) => {
      process.stdout.write(`${line}\n`);
      summaryFile = readSummaryPath(line) ?? summaryFile;
      outputs.add(line);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      lines.push(chunk);
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    lines.end();
    signal.throwIfAborted();
    const tasks = summaryFile === undefined ? [] : readTasks(summaryFile);
    const packages = readTotals(results);
    const failed = failedTasks(tasks);
    return {
      totals: addUp(tasks, packages, status === 0 && tasks.length > 0),
      failures:
        failed.length > 0
          ? failed.map(({ taskId }) => taskId)
          : ['turbo, which ran the checks'],
      report: failureReport(failed, packages, outputs),
    };
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

/** turbo names the file of its summary in its last lines. */
export function readSummaryPath(line: string): string | undefined {
  return /^\s*Summary:\s+(\S.*\.json)\s*$/.exec(withoutColours(line))?.[1];
}

function readTasks(file: string): TurboTask[] {
  const { tasks } = JSON.parse(readFileSync(file, 'utf8')) as { tasks: TurboTask[] };
  rmSync(file);
  return tasks;
}

function readTotals(folder: string): PackageTotals[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as PackageTotals);
}
