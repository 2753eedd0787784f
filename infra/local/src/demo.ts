import path from 'node:path';

import { type App, type DemoSection } from './apps.ts';
import { Failure } from './failure.ts';
import { type Layout, openLog, readIfThere, writePrivately } from './layout.ts';
import { run } from './run.ts';
import { lastLines } from './workspace.ts';

/** What `.local/demo.json` holds. An app that is not seeded has no section. */
export type Demo = Readonly<Record<string, unknown>>;

/** The environment that an app's processes run with. */
export interface AppEnvironment extends NodeJS.ProcessEnv {
  readonly PORT: string;
  readonly REDIS_URL: string;
}

/** Reads `.local/demo.json`; empty when there is none, or none that can be read. */
export function readDemo(layout: Layout): Demo {
  try {
    const demo: unknown = JSON.parse(readIfThere(demoFile(layout)) ?? '{}');
    return typeof demo === 'object' && demo !== null ? (demo as Demo) : {};
  } catch {
    // It is written anew.
    return {};
  }
}

/** An app's section of `.local/demo.json`, if it has one. */
export function demoSection(layout: Layout, name: string): DemoSection | undefined {
  return asSection(readDemo(layout)[name]);
}

/** Writes `.local/demo.json`, readable for its owner alone. */
export function writeDemo(layout: Layout, demo: Demo): void {
  writePrivately(demoFile(layout), `${JSON.stringify(demo, null, 2)}\n`);
}

/** Where the credentials of the demo are. */
export function demoFile(layout: Layout): string {
  return path.join(layout.local, 'demo.json');
}

/**
 * Makes an app's demo credentials, or keeps those there are if the database knows them.
 *
 * @param url where the app will be reached
 * @param urlOf where the others will be
 */
export async function seed(
  layout: Layout,
  app: App,
  url: string,
  env: AppEnvironment,
  urlOf: (name: string) => string | undefined,
  signal?: AbortSignal,
): Promise<{ section: DemoSection; kept: boolean }> {
  const existing = demoSection(layout, app.name);
  const folder = path.join(layout.root, app.folder);
  const log = openLog(layout.logs, `seed-${app.name}`);
  try {
    const { status, output, stdout } = await run(
      process.execPath,
      [path.join(folder, app.commandLine), ...app.seed(existing, urlOf)],
      {
        cwd: folder,
        env: { ...process.env, ...env },
        log,
        secret: true,
        signal,
      },
    );
    const answer = status === 0 ? readAnswer(stdout) : undefined;
    if (answer === undefined) {
      const problems = readEnvironmentProblems(output);
      if (problems.length > 0) {
        throw new Failure(
          `${path.basename(folder)} cannot start: the environment is wrong: ${problems.join(' ')} Correct or unset what is named and run this again.`,
        );
      }
      throw new Failure(
        `The demo of ${app.name} could not be made: mend what is named above and run this again (log: ${log.file}).`,
        lastLines(output),
      );
    }
    if (answer['kept'] === true && existing !== undefined) {
      const { kept, ...changed } = answer;
      return { section: { ...existing, ...changed, url }, kept };
    }
    return { section: { url, ...answer }, kept: false };
  } finally {
    log.close();
  }
}

/**
 * What an app says is wrong with the environment it was given: a variable and a sentence
 * each. Nothing when it failed of something else.
 */
export function readEnvironmentProblems(output: string): string[] {
  const lines = output.split('\n');
  const headline = lines.findIndex((line) => line.endsWith('the environment is wrong:'));
  if (headline < 0) return [];
  const rest = lines.slice(headline + 1);
  const end = rest.findIndex((line) => !/^ {2}\w+: /.test(line));
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim());
}

/** The JSON object in the last line that is one; a program may say other things before. */
export function readAnswer(output: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of output.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      return JSON.parse(line) as Record<string, unknown>;
    } catch {
      // Looked like JSON and was not.
    }
  }
  return undefined;
}

function asSection(value: unknown): DemoSection | undefined {
  return typeof value === 'object' && value !== null && 'url' in value
    ? (value as DemoSection)
    : undefined;
}
