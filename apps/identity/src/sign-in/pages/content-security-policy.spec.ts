import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { contentSecurityPolicy, sourceOf } from './content-security-policy.js';

const hash = (text: string): string => createHash('sha256').update(text).digest('base64');

describe('the content security policy', () => {
  it('allows nothing but the page’s own style and its forms', () => {
    expect(contentSecurityPolicy({ style: 'a{}' }).split('; ')).toEqual([
      `default-src 'none'`,
      `base-uri 'none'`,
      `frame-ancestors 'none'`,
      `style-src 'sha256-${hash('a{}')}'`,
      `form-action 'self'`,
    ]);
  });

  it('names the origins of logos, each once, and not their paths', () => {
    const images = ['https://cdn.example.com/a.png?x', undefined, 'https://cdn.example.com/b'];
    expect(contentSecurityPolicy({ style: '', images })).toContain(
      'img-src https://cdn.example.com;',
    );
  });

  it('lets a script run by what it says alone', () => {
    expect(contentSecurityPolicy({ style: '', script: 'go()' })).toContain(
      `script-src 'sha256-${hash('go()')}'`,
    );
  });

  it('holds forms nowhere only where it is told to', () => {
    expect(contentSecurityPolicy({ style: '', formAction: 'anywhere' })).not.toContain(
      'form-action',
    );
  });
});

describe('sources of form-action', () => {
  it.each([
    ['https://app.example.com/callback?x=1', 'https://app.example.com'],
    ['http://127.0.0.1:9000/callback', 'http://127.0.0.1:9000'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('%s is %s', (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });
});
