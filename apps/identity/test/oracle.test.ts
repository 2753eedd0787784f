import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CASES } from './oracle/cases.js';
import { type Comparison, compare } from './oracle/compare.js';
import { DIFFERENCES, EVERYWHERE } from './oracle/differences.js';
import { documentOf } from './oracle/document.js';
import { type OracleSide, startOracleSide } from './oracle/oracle-side.js';
import { type OurSide, startOurSide } from './oracle/our-side.js';
import { runCases } from './oracle/run.js';

const page = path.resolve(import.meta.dirname, '../../../docs/oauth-oracle.md');
/** Two thousand requests to each of two servers, on a machine that does other things too. */
const LONGEST_MS = 600_000;

describe('oidc-provider and NamoID, asked the same', () => {
  let ours: OurSide;
  let theirs: OracleSide;
  let comparison: Comparison;

  beforeAll(async () => {
    ours = await startOurSide();
    theirs = await startOracleSide(ours);
    const results = await runCases(CASES, theirs, ours);
    comparison = compare(results, DIFFERENCES, new Set(EVERYWHERE));
  }, LONGEST_MS);
  afterAll(async () => {
    await theirs.stop();
    await ours.stop();
  });

  it('are asked some hundreds of different things', () => {
    const names = CASES.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(500);
    expect(new Set(names).size).toBe(names.length);
  });

  it('answer alike, but for what the table of differences explains', () => {
    expect(comparison.unexplained).toEqual([]);
  });

  it('differ in everything that the table says they differ in', () => {
    const idle = DIFFERENCES.filter((row) => comparison.explained.get(row)?.length === 0);
    expect(idle.map(({ title }) => title)).toEqual([]);
  });

  it('differ as docs/oauth-oracle.md says', async () => {
    const text = documentOf(comparison, CASES.length);
    if (process.env['UPDATE_DOCS'] !== undefined) await writeFile(page, text);
    expect(await readFile(page, 'utf8')).toBe(text);
  });
});
