import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { Progress } from './progress.ts';

function watch(isTTY: boolean): { progress: Progress; shown: () => string } {
  const stream: PassThrough & { isTTY?: boolean } = new PassThrough();
  stream.isTTY = isTTY;
  const times = [0, 1249];
  return {
    progress: new Progress(stream, () => times.shift() ?? 0),
    shown: () => String(stream.read() ?? ''),
  };
}

describe('Progress', () => {
  it('says in one line what was done and how long it took', async () => {
    const { progress, shown } = watch(false);
    await progress.step('starting it', () => Promise.resolve('it runs'));
    expect(shown()).toBe('✓ it runs (1.2 s)\n');
  });

  it('says what it is doing on a terminal, and takes that away again', async () => {
    const { progress, shown } = watch(true);
    await progress.step('starting it', () => Promise.resolve('it runs'));
    expect(shown()).toBe(
      '\u001b[2m… starting it\u001b[22m\r\u001b[2K\u001b[32m✓\u001b[39m it runs (1.2 s)\n',
    );
  });

  it('leaves no half line behind when a step fails', async () => {
    const { progress, shown } = watch(true);
    const step = progress.step('starting it', () => Promise.reject(new Error('no')));
    await expect(step).rejects.toThrow('no');
    expect(shown().endsWith('\r\u001b[2K')).toBe(true);
  });
});
