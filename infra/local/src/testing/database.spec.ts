import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { hashFolder, isAbandoned } from './database.ts';

describe('hashFolder', () => {
  it('changes with every name and every byte below the folder', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'nomo-spec-'));
    try {
      const hashes = new Set<string>();
      const step = (change: () => void): void => {
        change();
        hashes.add(hashFolder(folder));
      };
      step(() => {
        mkdirSync(path.join(folder, 'deep'));
      });
      step(() => {
        writeFileSync(path.join(folder, 'deep', 'a'), '1');
      });
      step(() => {
        writeFileSync(path.join(folder, 'deep', 'a'), '2');
      });
      step(() => {
        writeFileSync(path.join(folder, 'b'), '2');
      });
      expect(hashes.size).toBe(4);
      expect(hashFolder(folder)).toMatch(/^[0-9a-f]{16}$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('isAbandoned', () => {
  it('leaves alone for a day what another machine has made', () => {
    const now = Date.UTC(2026, 0, 2);
    const made = (ago: number): string => Math.floor((now - ago) / 3_600_000).toString(36);
    const name = (ago: number): string => `nomo_test_x_zzzz_1_abcdef_${made(ago)}_01234567`;
    const foreign = (ago: number): string => name(ago).replace('zzzz', '0000');
    expect(isAbandoned(foreign(3_600_000), now)).toBe(false);
    expect(isAbandoned(foreign(26 * 3_600_000), now)).toBe(true);
    // Not a name that was ever given here.
    expect(isAbandoned(name(26 * 3_600_000), now)).toBe(false);
  });
});
