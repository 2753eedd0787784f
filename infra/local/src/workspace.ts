import path from 'node:path';

import { withLock } from '../process-lock.mjs';
import { diskFull, Failure, ranOutOfSpace } from './failure.ts';
import { type Layout, openLog } from './layout.ts';
import { run } from './run.ts';

/** How much of a failed program's output is shown. */
const DETAIL_LINES = 15;

/** turbo, as every command here runs it. */
export function turboProgram(layout: Layout): { file: string; env: NodeJS.ProcessEnv } {
  return {
    file: path.join(layout.root, 'node_modules', '.bin', 'turbo'),
    env: { ...process.env, ...quiet, TURBO_NO_UPDATE_NOTIFIER: '1' },
  };
}

/** None of the tools reports anything about this machine to anybody. */
export const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
  // ONNX Runtime, where networks are run without the engine, which sees to it by itself.
  ORT_DISABLE_TELEMETRY: '1',
};

/**
 * Builds packages and what they depend on; nothing is done for what is built already.
 *
 * @param packages all of them when none is named
 * @returns how much there was to do
 */
export async function build(
  layout: Layout,
  packages: readonly string[] = [],
  signal?: AbortSignal,
): Promise<string> {
  const turbo = turboProgram(layout);
  const log = openLog(layout.logs, 'build');
  try {
    const filters = packages.map((name) => `--filter=${name}...`);
    const { status, output } = await run(
      turbo.file,
      ['run', 'build', '--ui=stream', '--no-color', '--output-logs=new-only', ...filters],
      { cwd: layout.root, env: turbo.env, log, signal },
    );
    if (status === 0) {
      const [, cached = '', total = ''] =
        /Cached:\s+(\d+) cached, (\d+) total/.exec(output) ?? [];
      return cached === total ? 'the build is up to date' : 'everything is built';
    }
    if (ranOutOfSpace(output, layout.root)) throw diskFull(layout.root);
    const { culprits, details } = readFailedBuild(output);
    throw new Failure(
      `The build${culprits === '' ? '' : ` of ${culprits}`} failed: mend what it names and run this again (log: ${log.file}).`,
      details,
    );
  } finally {
    log.close();
  }
}

/** Which tasks failed, and what the first of them said last. */
export function readFailedBuild(output: string): { culprits: string; details: string[] } {
  const failed = [...output.matchAll(/^\s*Failed:\s+(.+)$/gm)]
    .flatMap((match) => (match[1] ?? '').split(',').map((name) => name.trim()))
    .filter((name) => name !== '');
  const prefix = (failed[0] ?? '').replace('#', ':');
  const details = output
    .split('\n')
    .filter((line) => prefix === '' || line.startsWith(`${prefix}: `))
    .map((line) => (prefix === '' ? line : line.slice(prefix.length + 2)))
    .filter((line) => line.trim() !== '')
    .slice(-DETAIL_LINES);
  return { culprits: failed.map((name) => name.split('#')[0] ?? name).join(' and '), details };
}

/** Keeps two runs of this checkout from building and migrating at the same time. */
export async function withWorkspace<T>(
  layout: Layout,
  work: () => Promise<T>,
  onWait?: (pid: number) => void,
): Promise<T> {
  return withLock(path.join(layout.locks, 'workspace'), work, {
    onWait: ({ pid }) => onWait?.(pid),
  });
}

/** The last lines a program wrote, to be shown above a failure. */
export function lastLines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-DETAIL_LINES);
}
