import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { isUpToDate, readMigrations } from './migrations.ts';

const wanted = new Map([
  ['1_init', 'aa'],
  ['2_more', 'bb'],
]);
const row = (name: string, checksum: string, finished = true, rolledBack = false) => ({
  migration_name: name,
  checksum,
  finished_at: finished ? new Date(0) : null,
  rolled_back_at: rolledBack ? new Date(0) : null,
});

describe('isUpToDate', () => {
  it('knows a database that has every migration', () => {
    expect(isUpToDate(wanted, [row('1_init', 'aa'), row('2_more', 'bb')])).toBe(true);
  });

  it('passes over attempts that were rolled back', () => {
    const rows = [row('1_init', 'aa'), row('2_more', 'xx', false, true), row('2_more', 'bb')];
    expect(isUpToDate(wanted, rows)).toBe(true);
  });

  it.each([
    ['is missing', [row('1_init', 'aa')]],
    ['was edited since', [row('1_init', 'aa'), row('2_more', 'cc')]],
    ['did not finish', [row('1_init', 'aa'), row('2_more', 'bb', false)]],
    ['is unknown here', [row('1_init', 'aa'), row('2_more', 'bb'), row('3_other', 'cc')]],
  ])('leaves it to the tool when a migration %s', (_, rows) => {
    expect(isUpToDate(wanted, rows)).toBe(false);
  });

  it('leaves it to the tool when there are no migrations at all', () => {
    expect(isUpToDate(new Map(), [])).toBe(false);
  });
});

describe('readMigrations', () => {
  it('reads the folders that hold a migration', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'nomo-spec-'));
    try {
      mkdirSync(path.join(folder, '1_init'));
      mkdirSync(path.join(folder, 'empty'));
      writeFileSync(path.join(folder, '1_init', 'migration.sql'), 'select 1;');
      writeFileSync(path.join(folder, 'migration_lock.toml'), '');
      expect([...readMigrations(folder)]).toEqual([
        ['1_init', '354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4'],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
