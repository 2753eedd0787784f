import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

/** Where a process makes its next object, after many before it have lived through a collection. */
function whereNext(...words: readonly string[]): string {
  return execFileSync(
    process.execPath,
    ['--expose-gc', '--allow-natives-syntax', 'pretenuring.mjs', ...words],
    { cwd: new URL('process/', import.meta.url), encoding: 'utf8', timeout: 60_000 },
  );
}

describe('objects of a service', () => {
  it('are made young, however long those before them lived', () => {
    // One process may be young by chance.
    expect([1, 2, 3].map(() => whereNext('as-service'))).toEqual(['young', 'young', 'young']);
  });

  it('would be made old without it', () => {
    // What V8 makes of the loop differs from one start to the next.
    const made = new Set<string>();
    for (let start = 0; start < 10 && !made.has('old'); start += 1) made.add(whereNext());
    expect([...made]).toContain('old');
  });
});
