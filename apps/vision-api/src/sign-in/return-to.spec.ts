import { describe, expect, it } from '@jest/globals';
import { returnPath } from './return-to.js';

describe('the page after signing in', () => {
  it.each([
    '/dashboard',
    '/dashboard/',
    '/dashboard/keys',
    '/dashboard/usage?from=2026-01-01&keyId=nmk_live_x#table',
  ])('is %s where that was asked for', (path) => {
    expect(returnPath(path)).toBe(path);
  });

  it.each([
    undefined,
    ['/dashboard/keys', '/dashboard'],
    '',
    'https://evil.example/dashboard',
    '//evil.example/dashboard',
    '/\\evil.example',
    '/dashboard\\..\\evil',
    '/dashboard/../evil',
    '/dashboard/%2e%2e/evil',
    '/dashboardx',
    '/v1/keys',
    '/dashboard/keys\r\nset-cookie: a=b',
    '/dashboard\t/keys',
    'javascript:alert(1)',
    '/dashboard/sign-in?return_to=/dashboard/sign-in',
    '/dashboard/callback?state=x',
    '/dashboard/api/session',
    `/dashboard/${'a'.repeat(600)}`,
  ])('is the first one where %j was asked for', (wanted) => {
    expect(returnPath(wanted)).toBe('/dashboard');
  });
});
