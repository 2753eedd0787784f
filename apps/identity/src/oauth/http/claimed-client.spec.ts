import { describe, expect, it } from '@jest/globals';
import { claimedClientOf } from './claimed-client.js';

const inHeader = (name: string): string | undefined =>
  claimedClientOf({
    method: 'POST',
    query: '',
    headers: { authorization: [`Basic ${Buffer.from(`${name}:secret`).toString('base64')}`] },
  });

describe('the application that a request says it is of', () => {
  it('has one name, however it is written', () => {
    for (const name of ['nma_live_x', 'nm%61_live_x', '%6e%6D%61_live_x'])
      expect(inHeader(name)).toBe('nma_live_x');
    expect(inHeader('a&name=b')).toBe('a&name=b');
  });

  it('stands in the form where there is no header', () => {
    const body = Buffer.from('x=1&client_id=nm%61_live_x');
    const request = { method: 'POST', query: '', headers: {}, body };
    expect(claimedClientOf(request)).toBe('nma_live_x');
  });

  it('is none where nothing is said', () => {
    expect(inHeader('')).toBeUndefined();
    expect(claimedClientOf({ method: 'POST', query: '', headers: {} })).toBeUndefined();
  });
});
