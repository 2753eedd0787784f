import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Request, type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { CodeDigests } from '../../secrets/code-digests.js';
import { KnownDevices } from './known-devices.js';

const DAY_MS = 86_400_000;
const realm = {
  orgId: '0192f0c1-0000-7000-8000-000000000001',
  mode: 'live',
  slug: 'acme',
  issuer: 'https://id.example/acme',
} as Realm;
const devices = new KnownDevices(new CodeDigests(Buffer.alloc(32, 7).toString('base64url')));

const requestOf = (cookie: string): Request =>
  ({ headers: { cookie }, headersDistinct: { cookie: [cookie] } }) as unknown as Request;

/** What a browser keeps of the answer. */
function remembered(address: string, cookie = ''): string {
  const set: string[] = [];
  const response = {
    appendHeader: (_name: string, value: string) => set.push(value),
    append: (_name: string, value: string) => set.push(value),
  } as unknown as Response;
  devices.remember(realm, requestOf(cookie), response, address);
  return set.at(-1)?.split(';')[0] ?? '';
}

describe('a known device', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is known by the address that it has signed in with, and keeps its name', () => {
    const cookie = remembered('ada@example.com');
    const name = devices.find(realm, requestOf(cookie), 'ada@example.com');
    expect(name).toMatch(/^[\w-]{12}$/u);
    expect(devices.find(realm, requestOf(cookie), 'bob@example.com')).toBeUndefined();
    const again = remembered('ada@example.com', cookie);
    expect(devices.find(realm, requestOf(again), 'ada@example.com')).toBe(name);
  });

  it('is not known by what was changed', () => {
    const cookie = remembered('ada@example.com');
    for (const at of [2, 13, 40]) {
      const index = cookie.length - 43 + at;
      const other = cookie[index] === 'a' ? 'b' : 'a';
      const changed = `${cookie.slice(0, index)}${other}${cookie.slice(index + 1)}`;
      expect(devices.find(realm, requestOf(changed), 'ada@example.com')).toBeUndefined();
    }
  });

  it('is forgotten half a year after it was last used, whatever the browser keeps', () => {
    const cookie = remembered('ada@example.com');
    jest.setSystemTime(Date.now() + 180 * DAY_MS);
    expect(devices.find(realm, requestOf(cookie), 'ada@example.com')).toBeDefined();
    jest.setSystemTime(Date.now() + DAY_MS);
    expect(devices.find(realm, requestOf(cookie), 'ada@example.com')).toBeUndefined();
  });
});
