import { describe, expect, it } from '@jest/globals';
import { parseExpiry } from './expiry.js';

const now = new Date('2026-11-21T10:00:00Z');

describe('the expiry of a key', () => {
  it.each([
    ['never', undefined],
    ['90d', '2027-02-19T10:00:00.000Z'],
    ['12h', '2026-11-21T22:00:00.000Z'],
    ['2027-01-31', '2027-02-01T00:00:00.000Z'],
    ['2026-11-21', '2026-11-22T00:00:00.000Z'],
    ['2027-01-31T08:30:00Z', '2027-01-31T08:30:00.000Z'],
    ['2027-01-31T08:30:00+05:30', '2027-01-31T03:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    const expiry = parseExpiry(text, now);
    expect(expiry.ok && expiry.at?.toISOString()).toBe(expected);
    expect(expiry.ok).toBe(true);
  });

  it.each([
    ['2026-11-20', /past/u],
    ['0d', /past/u],
    ['2026-11-21T09:59:59Z', /past/u],
    ['2027-13-01', /no such date/u],
    ['2027-02-31', /no such date/u],
    ['2027-02-29T08:30:00Z', /no such date/u],
    // Of which zone?
    ['2027-01-31T08:30:00', /with its zone/u],
    ['2027-01-31T25:00:00Z', /Give a date/u],
    ['tomorrow', /Give a date/u],
    ['-5d', /Give a date/u],
    ['', /Give a date/u],
  ])('refuses %p', (text, reason) => {
    const expiry = parseExpiry(text, now);
    expect(expiry).toEqual({
      ok: false,
      reason: expect.stringMatching(reason) as unknown as string,
    });
  });
});
