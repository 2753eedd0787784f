import { describe, expect, it } from '@jest/globals';

import { clockText, durationText, relativeText, sizeText, utcDayText } from './times.js';

const NOW = Date.parse('2026-05-10T12:00:00Z');

describe('relativeText', () => {
  it.each([
    ['2026-05-10T11:59:30Z', 'just now'],
    ['2026-05-10T11:57:00Z', '3 minutes ago'],
    ['2026-05-10T10:00:00Z', '2 hours ago'],
    ['2026-05-09T11:00:00Z', 'yesterday'],
    ['2026-05-12T12:00:00Z', 'in 2 days'],
    ['2026-01-02T12:00:00Z', '2 Jan 2026'],
  ])('%s is %s', (iso, text) => {
    expect(relativeText(iso, NOW)).toBe(text);
  });
});

describe('times and sizes', () => {
  it('tell the clock here and in UTC', () => {
    expect(clockText('2026-05-11T00:00:00Z')).toMatch(/^\d\d:\d\d \(00:00 UTC\)$/);
  });

  it('tell a UTC day as that day, wherever one is', () => {
    expect(utcDayText('2026-05-01')).toBe('1 May');
  });

  it.each([
    [3, '3 s'],
    [89, '89 s'],
    [90, '2 min'],
    [36_000, '600 min'],
  ])('%d seconds: %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [1, '1 kB'],
    [1024 * 1024 - 1, '1,024 kB'],
    [5 * 1024 * 1024, '5 MB'],
    [5_600_000, '5.3 MB'],
  ])('%d bytes: %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
