import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFreePort } from '@nomo/local/testing';

const root = path.resolve(import.meta.dirname, '../..');

/** What the last line of `npm start` begins with. */
const UP = 'Ctrl-C stops everything';

/** With everything built already; a machine that builds first takes its minutes. */
const START_MS = 600_000;
const STOP_MS = 60_000;

/** What `demo.json` says of a stack. */
export interface Demo {
  readonly vision: { readonly url: string; readonly apiKey: string; readonly keyId: string };
  readonly identity: {
    readonly url: string;
    readonly issuer: string;
    readonly user: { readonly email: string; readonly password: string };
  };
  readonly postgres: { readonly adminUrl: string };
  readonly redis: { readonly url: string };
}

/**
 * The whole product as `npm start` runs it, with data, ports and credentials of its own: it
 * disturbs none that runs already, and leaves nothing.
 */
export class RunningStack implements AsyncDisposable {
  readonly demo: Demo;
  readonly #stop: () => Promise<void>;

  private constructor(demo: Demo, stop: () => Promise<void>) {
    this.demo = demo;
    this.#stop = stop;
  }

  /** @throws what the command printed, when it ends before the services are up */
  static async start(): Promise<RunningStack> {
    const parent = await mkdtemp(path.join(tmpdir(), 'nomo-e2e-'));
    // As root the database runs as somebody else, who has to get through to its data.
    await chmod(parent, 0o711);
    const state = path.join(parent, 'state');
    const child = spawn(
      process.execPath,
      [path.join(root, 'infra/local/bootstrap.mjs'), 'start'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          DATABASE_ADMIN_URL: '',
          REDIS_URL: '',
          NOMO_STATE_FOLDER: state,
          POSTGRES_PORT: String(await findFreePort()),
          REDIS_PORT: String(await findFreePort()),
          VISION_PORT: String(await findFreePort()),
          IDENTITY_PORT: String(await findFreePort()),
        },
      },
    );
    let printed = '';
    const ended = once(child, 'exit');
    const up = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
          if (printed.includes(UP)) resolve();
        });
    });
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(impatience);
      await rm(parent, { recursive: true, force: true });
    };
    const late = setTimeout(() => child.kill('SIGTERM'), START_MS);
    const began = await Promise.race([up.then(() => true), ended.then(() => false)]);
    clearTimeout(late);
    if (!began) {
      await stop();
      throw new Error(`npm start ended before its services were up:\n${printed}`);
    }
    const demo = JSON.parse(await readFile(path.join(state, 'demo.json'), 'utf8')) as Demo;
    return new RunningStack(demo, stop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
