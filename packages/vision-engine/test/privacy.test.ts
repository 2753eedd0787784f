import { describe, expect, it, jest } from '@jest/globals';
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flipped, plainPng, withOrientation } from './images/broken.js';

jest.setTimeout(120_000);

const program = fileURLToPath(new URL('fixtures/ask-engine.mjs', import.meta.url));

describe('image bytes', () => {
  it('reach no file and no log, whatever the image is like', async () => {
    const photo = readFileSync(new URL('images/astronaut.jpg', import.meta.url));
    const images = [
      photo,
      withOrientation(photo, 6),
      flipped(photo, 5000, 4999),
      photo.subarray(0, 30_000),
      Buffer.from('not an image'),
      // Above 100 MB unpacked, libvips may resort to temporary files.
      plainPng(7000, 5700, { bits: 8, colours: 'rgb', fill: 128 }),
    ];

    // The home and working folder of a process of its own, watched: a file that is removed at once
    // would leave no other trace. The folder for temporary files does not exist, so that whoever
    // needs one fails: libvips makes them without a name, which nobody could watch.
    const folder = mkdtempSync(join(tmpdir(), 'vision-engine-test-'));
    const files: string[] = [];
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      files.push(name ?? 'unnamed');
    });
    // Nothing of this process's environment: it might switch off what the engine has to.
    const child = fork(program, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: join(folder, 'missing') },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (text: Buffer) => (output.stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (output.stderr += text.toString()));
    const exitCode = new Promise((resolve) => child.once('close', resolve));
    child.send(images);

    expect(await exitCode).toBe(0);
    watcher.close();
    expect(output.stderr).toBe('');
    expect(output.stdout).toBe(
      '["answered","answered","answered","invalid_image","invalid_image","answered"]\n',
    );
    expect(files).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
