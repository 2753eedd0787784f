import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

/** Where a process made its next object, after many before it had lived through a collection. */
function madeNext(...words: readonly string[]): string {
  return execFileSync(
    process.execPath,
    ['--expose-gc', '--allow-natives-syntax', 'young-objects.mjs', ...words],
    { cwd: new URL('process/', import.meta.url), encoding: 'utf8' },
  );
}

describe('objects of a service', () => {
  it('begin young, however long those before them lived', () => {
    const made = Array.from({ length: 5 }, () => madeNext('as-services'));
    expect(made).toEqual(['young', 'young', 'young', 'young', 'young']);
  });

  it('would begin old in most processes', () => {
    const made = new Set<string>();
    for (let process = 0; process < 10 && !made.has('old'); process += 1) made.add(madeNext());
    expect([...made]).toContain('old');
  });
});
