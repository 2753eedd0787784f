import { describe, expect, it } from '@jest/globals';
import { comesFromOwnPage } from './own-page.js';

const own = 'https://id.example.com';

describe('a form', () => {
  it.each([
    {},
    { origin: own },
    { 'sec-fetch-site': 'same-origin' },
    { origin: own, 'sec-fetch-site': 'same-origin' },
  ])('may come with %p', (headers) => {
    expect(comesFromOwnPage(headers, own)).toBe(true);
  });

  it.each([
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: 'http://id.example.com' },
    { origin: 'https://id.example.com.evil.com' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: own, 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' },
  ])('may not come with %p', (headers) => {
    expect(comesFromOwnPage(headers, own)).toBe(false);
  });
});
