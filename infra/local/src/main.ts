import { Socket } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';

import { apps } from './apps.ts';
import { bench } from './commands/bench.ts';
import { namoid, nomosly } from './commands/command-line.ts';
import { type Context } from './commands/context.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { test } from './commands/test.ts';
import { explain, Failure, Interrupted } from './failure.ts';
import { checkout, openLayout, openLog } from './layout.ts';
import { Progress } from './progress.ts';
import { readSettings } from './settings.ts';

const commands = { start, test, stop, bench, nomosly, namoid };

const [name = '', ...options] = process.argv.slice(2);

// `| head` and a closed terminal are no reason to leave servers behind.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.exitCode = await main();
// What was started has been stopped by now; a stray handle must not keep the terminal.
process.exit();

async function main(): Promise<number> {
  // These answer on stdout; what we say beside it must not get into a pipe.
  const answers = ['bench', 'nomosly', 'namoid'].includes(name);
  const progress = new Progress(answers ? process.stderr : process.stdout);
  try {
    const command = Object.entries(commands).find(([known]) => known === name)?.[1];
    if (command === undefined) throw new Failure(`There is no command "${name}".`);
    const context: Context = {
      layout: openLayout(stateFolder()),
      settings: readSettings(),
      apps,
      progress,
      signal: onInterruption(),
    };
    return await command(context, options);
  } catch (error) {
    const code = report(explain(error, checkout), progress);
    // Whoever counts results finds a line to count here too.
    if (name === 'test') process.stdout.write('\n0 passed, 1 failed\n');
    return code;
  }
}

/** Where data, logs and credentials are kept: in the checkout, unless somebody wants a second set. */
function stateFolder(): string | undefined {
  const folder = process.env['NOMO_STATE_FOLDER'] ?? '';
  return folder === '' ? undefined : path.resolve(folder);
}

/**
 * Aborts on Ctrl-C, on being told to end, and when whoever started us is gone. npm passes
 * on what the terminal has sent us already, so every signal after the first is ignored.
 */
function onInterruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) controller.abort(new Interrupted(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const pipe = process.env['NOMO_PARENT_PIPE'];
  if (pipe !== undefined) {
    delete process.env['NOMO_PARENT_PIPE'];
    const parent = new Socket({ fd: Number(pipe), readable: true, writable: false });
    parent.on('error', () => undefined);
    parent.on('close', () => {
      interrupt('SIGTERM');
    });
    parent.resume();
    parent.unref();
  }
  return controller.signal;
}

/** Tells what went wrong. Returns the exit code. */
function report(error: unknown, progress: Progress): number {
  if (error instanceof Interrupted) {
    progress.line(`Ended by ${error.signal}.`);
    return 128 + constants.signals[error.signal];
  }
  if (error instanceof Failure) {
    for (const line of error.details) progress.line(`  ${line}`);
    progress.failure(error.message);
    return 1;
  }
  // Nobody foresaw this one: whoever mends it needs the stack, the person at the terminal does not.
  const { file } = writeDown(error);
  const message = error instanceof Error ? error.message : String(error);
  progress.failure(`Something unforeseen happened: ${message} (the whole of it: ${file}).`);
  return 1;
}

function writeDown(error: unknown): { file: string } {
  const log = openLog(openLayout(stateFolder()).logs, 'unforeseen');
  log.write(`${new Date().toISOString()} ${inspect(error)}\n`);
  log.close();
  return log;
}
