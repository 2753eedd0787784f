import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { acquireLock, identify, isAlive, withLock } from '../process-lock.mjs';
import { endScripts, runScript, until } from './processes.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nomo-lock-'));
  lock = path.join(folder, 'lock');
});
afterEach(() => {
  endScripts();
  rmSync(folder, { recursive: true });
});

describe('a lock between processes', () => {
  it('lets one in at a time, though some of them are killed inside', async () => {
    // Each process enters five times; every third dies inside, holding the lock. What a
    // process writes on entering must be the last thing there when it leaves.
    const trace = path.join(folder, 'trace');
    writeFileSync(trace, '');
    const racers = Array.from({ length: 9 }, (_, racer) =>
      runScript(`
        import { appendFileSync, readFileSync } from 'node:fs';
        const { withLock } = await source('process-lock.mjs');
        for (let turn = 0; turn < 5; turn += 1) {
          await withLock(${JSON.stringify(lock)}, async () => {
            const mark = '${racer}:' + turn + '\\n';
            appendFileSync(${JSON.stringify(trace)}, mark);
            await new Promise((resolve) => setTimeout(resolve, 5));
            if (!readFileSync(${JSON.stringify(trace)}, 'utf8').endsWith(mark)) {
              console.log('two inside');
              process.exit(3);
            }
            if (${racer} % 3 === 0 && turn === 2) process.kill(process.pid, 'SIGKILL');
          });
        }
      `),
    );
    const ends = await Promise.all(racers.map((racer) => racer.done));
    expect(ends.map(({ code }) => code)).toEqual([null, 0, 0, null, 0, 0, null, 0, 0]);
    expect(readFileSync(trace, 'utf8').trim().split('\n')).toHaveLength(6 * 5 + 3 * 3);
    // The lock of the last one that was killed may stand; nothing else is left lying about.
    const left = readdirSync(folder).filter((name) => name !== 'trace' && name !== 'lock');
    expect(left.filter((name) => name.includes('.stale'))).toEqual([]);
  }, 30_000);

  it('is taken from a process that has its pid from a dead one', async () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, start: 'earlier', nonce: 'x' }));
    await expect(withLock(lock, () => 'in')).resolves.toBe('in');
  });

  it('is not removed by a waiter who saw its dead holder and came too late', async () => {
    // While the waiter waits its turn to remove the dead one's lock, somebody takes it.
    writeFileSync(lock, JSON.stringify({ pid: process.pid, start: 'earlier', nonce: 'dead' }));
    const letIt = await acquireLock(`${lock}.dead.stale`);
    let entered = false;
    const waiting = withLock(lock, () => {
      entered = true;
    });
    await until(
      () => readdirSync(folder).filter((name) => name.includes('.stale.')).length > 0,
    );
    const self = identify(process.pid);
    const living = JSON.stringify({ ...self, nonce: 'living' });
    writeFileSync(lock, living);
    letIt();
    await until(() => !readdirSync(folder).some((name) => name.includes('.stale')));
    expect(readFileSync(lock, 'utf8')).toBe(living);
    expect(entered).toBe(false);
    unlinkSync(lock);
    await waiting;
    expect(entered).toBe(true);
  });

  it('is taken when a power cut has emptied its file', async () => {
    writeFileSync(lock, '');
    await expect(withLock(lock, () => 'in')).resolves.toBe('in');
  });

  it('tells a waiter who holds it', async () => {
    const release = await acquireLock(lock);
    const waiting = withLock(lock, () => 'in', {
      onWait: ({ pid }) => {
        expect(pid).toBe(process.pid);
        release();
      },
    });
    await expect(waiting).resolves.toBe('in');
    expect.assertions(2);
  });
});

describe('the identity of a process', () => {
  it('ends with the process', async () => {
    const script = runScript(`console.log('up'); setInterval(() => {}, 1000);`);
    await script.line();
    const self = identify(script.child.pid ?? 0);
    expect(self !== undefined && isAlive(self)).toBe(true);
    script.child.kill('SIGKILL');
    await script.done;
    expect(self !== undefined && isAlive(self)).toBe(false);
  });

  it('is not that of a later process with the same pid', () => {
    expect(isAlive({ pid: process.pid, start: 'earlier' })).toBe(false);
  });
});
