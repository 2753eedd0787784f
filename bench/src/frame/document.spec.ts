import { describe, expect, it } from '@jest/globals';
import type { Report } from './benchmark.ts';
import { renderReport, replaceSection } from './document.ts';

const order = ['gate', 'vision', 'core'];

describe('replaceSection', () => {
  it('begins a document that is not there yet', () => {
    const text = replaceSection('', order, 'gate', 'fast');
    expect(text).toMatch(/^# Benchmarks\n/);
    expect(text).toContain('<!-- benchmark:gate -->\n\nfast\n\n<!-- /benchmark:gate -->\n');
  });

  it('replaces the section of its name and leaves all else as it is', () => {
    const first = replaceSection('', order, 'gate', 'fast');
    const both = replaceSection(first, order, 'vision', 'sharp');
    const edited = `${both}\nA remark by hand.\n`;
    expect(replaceSection(edited, order, 'gate', 'faster')).toBe(
      edited.replace('\nfast\n', '\nfaster\n'),
    );
  });

  it('puts a new section before those that follow it in the order', () => {
    const core = replaceSection('', order, 'core', 'light');
    const text = replaceSection(
      replaceSection(core, order, 'gate', 'fast'),
      order,
      'vision',
      'x',
    );
    const names = [...text.matchAll(/<!-- benchmark:(\w+) -->/g)].map(([, name]) => name);
    expect(names).toEqual(order);
  });

  it('says the same when it is told the same twice', () => {
    const once = replaceSection('', order, 'vision', 'sharp');
    expect(replaceSection(once, order, 'vision', 'sharp')).toBe(once);
  });
});

describe('renderReport', () => {
  const report: Report = {
    title: 'gate',
    method: ['one process each'],
    targets: [
      { promise: 'at least 2 ×', measured: '3 ×', met: true },
      { promise: 'at least 5 ×', measured: '4 ×', met: false },
    ],
    tables: [{ title: 'Rates', columns: ['', 'calls/s'], rows: [['ours', '12']] }],
    notes: [],
    versions: { Redis: '7.0.15' },
  };

  it('states the day, the versions, every figure, and which target was missed', () => {
    const text = renderReport(report, '4 cores', new Date('2026-03-04T23:59:00Z'));
    expect(text).toContain('2026-03-04 · 4 cores');
    expect(text).toContain(`Node ${process.versions.node} · Redis 7.0.15`);
    expect(text).toMatch(/\| at least 2 × +\| +3 × \| +pass \|/);
    expect(text).toMatch(/\| at least 5 × +\| +4 × \| +\*\*miss\*\* \|/);
    expect(text).toContain('### Rates');
    expect(text).toMatch(/\| ours \| +12 \|/);
  });
});
