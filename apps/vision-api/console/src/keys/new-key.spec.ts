import { describe, expect, it } from '@jest/globals';

import { newKeyErrors, type NewKeyForm, newKeyRequest } from './new-key.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const form = (changes: Partial<NewKeyForm> = {}): NewKeyForm => ({
  name: 'Key',
  scopes: ['faces:detect'],
  mode: 'live',
  expiry: 'never',
  expiryDate: '',
  ...changes,
});

describe('newKeyErrors', () => {
  it('finds nothing wrong with a whole form', () => {
    expect(newKeyErrors(form(), NOW)).toEqual({});
  });

  it.each<[string, Partial<NewKeyForm>, string]>([
    ['an empty name', { name: '  ' }, 'name'],
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['no day', { expiry: 'date' }, 'expiresAt'],
    ['a day that was', { expiry: 'date', expiryDate: '2026-04-01' }, 'expiresAt'],
  ])('finds %s', (_what, changes, field) => {
    expect(Object.keys(newKeyErrors(form(changes), NOW))).toEqual([field]);
  });

  it('counts characters, not the units that they are stored in', () => {
    expect(newKeyErrors(form({ name: '🗝️'.repeat(50) }), NOW)).toEqual({});
    expect(newKeyErrors(form({ name: '🔑'.repeat(101) }), NOW)).toHaveProperty('name');
  });
});

describe('newKeyRequest', () => {
  it('leaves out an end that there is not', () => {
    expect(newKeyRequest(form({ name: ' Key ' }), NOW)).toEqual({
      name: 'Key',
      scopes: ['faces:detect'],
      mode: 'live',
    });
  });

  it('counts days from now, and takes a day to its end', () => {
    expect(newKeyRequest(form({ expiry: '30' }), NOW)).toMatchObject({
      expiresAt: '2026-05-31T12:00:00.000Z',
    });
    const { expiresAt } = newKeyRequest(
      form({ expiry: 'date', expiryDate: '2026-05-02' }),
      NOW,
    );
    expect(expiresAt).toBe(new Date('2026-05-02T23:59:59').toISOString());
  });
});
