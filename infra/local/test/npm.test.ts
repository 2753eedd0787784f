import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { identify, isAlive } from '../process-lock.mjs';
import { endScripts, packageFolder, runProgram, type Script, until } from './processes.ts';

const files = ['bootstrap.mjs', 'process-lock.mjs', 'usage.mjs'];

/**
 * A checkout with the scripts of the real package.json, the real bootstrap, and behind it
 * a program that does nothing until it is told to end. pnpm finds nothing to install.
 */
let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'nomo-npm-'));
  const local = path.join(root, 'infra', 'local');
  mkdirSync(path.join(local, 'src'), { recursive: true });
  mkdirSync(path.join(root, 'bin'));
  mkdirSync(path.join(root, 'node_modules'));
  for (const file of files)
    copyFileSync(path.join(packageFolder, file), path.join(local, file));
  const require = createRequire(import.meta.url);
  const { scripts } = require('../../../package.json') as { scripts: Record<string, string> };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ name: 'checkout', scripts }));
  writeFileSync(path.join(root, 'pnpm-workspace.yaml'), 'packages:\n\n');
  const shell = (name: string, text: string): void => {
    writeFileSync(path.join(root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  shell('npx', `echo '${path.join(root, 'bin', 'pnpm')}'`);
  shell('pnpm', 'exit 0');
  symlinkSync(process.execPath, path.join(root, 'bin', 'node'));
  writeFileSync(
    path.join(local, 'src', 'main.ts'),
    `for (const signal of ['SIGINT', 'SIGTERM']) {
      process.on(signal, () => { console.log('stopping'); setTimeout(() => process.exit(0), 300); });
    }
    setInterval(() => {}, 1000);
    console.log('up ' + process.pid);`,
  );
});
afterEach(endScripts);
afterAll(() => {
  rmSync(root, { recursive: true });
});

const npmStart = (): Script =>
  runProgram('npm', ['--prefix', root, 'start'], {
    PATH: `${path.join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
  });

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ends when npm alone gets %s',
    async (signal) => {
      const script = npmStart();
      let line = '';
      while (!line.startsWith('up ')) line = await script.line();
      const started = identify(Number(line.slice('up '.length)));
      if (started === undefined) throw new Error('What npm start runs is there');
      script.child.kill(signal);
      await until(() => !isAlive(started));
      const { code, output } = await script.done;
      expect(output).toContain('stopping');
      // npm itself waits, so that whoever gets the prompt back has the ports back.
      expect(code).toBe(signal === 'SIGKILL' ? null : 0);
    },
    60_000,
  );
});
