import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listSystemUses } from './system-uses.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nomo-uses-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const write = (file: string, text: string): void => {
  const whole = path.join(folder, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, text);
};

describe('listSystemUses', () => {
  it('finds every call with its reason, however it is written', () => {
    write(
      'b.ts',
      `await this.system.asSystem('sweep', (tx) => tx.note.count());
      await system.asSystem<number>(
        "count the desks",
        work,
      );
      await system?.asSystem(\`plain\`, work); await system . asSystem /* why */ ('spaced', work);`,
    );
    write('a/c.ts', `system.asSystem('deep', work)`);
    expect(listSystemUses(folder)).toEqual([
      { file: 'a/c.ts', reason: 'deep' },
      { file: 'b.ts', reason: 'sweep' },
      { file: 'b.ts', reason: 'count the desks' },
      { file: 'b.ts', reason: 'plain' },
      { file: 'b.ts', reason: 'spaced' },
    ]);
  });

  it('finds what cannot be read off: a reason that is no literal, the door handed on', () => {
    write(
      'a.ts',
      `system.asSystem(reason, work);
      system.asSystem(\`sweep \${name}\`, work);
      const open = system.asSystem.bind(system);
      const { asSystem } = doors;
      system['asSystem']('sweep', work);`,
    );
    expect(listSystemUses(folder)).toEqual(
      Array.from({ length: 5 }, () => ({ file: 'a.ts', reason: undefined })),
    );
  });

  it('leaves out comments, tests and what is generated', () => {
    write(
      'a.ts',
      `/** As asSystem('x', …) does. */
      // system.asSystem('y', work)
      const url = 'https://example.org'; system.asSystem('real', work); // asSystem('z')`,
    );
    for (const file of ['a.spec.ts', 'b.test.ts', 'c.d.ts', 'generated/d.ts', 'e.json']) {
      write(file, `system.asSystem('not seen', work)`);
    }
    expect(listSystemUses(folder)).toEqual([{ file: 'a.ts', reason: 'real' }]);
  });
});
