import { describe, expect, it } from '@jest/globals';
import { resourceFaults, scopeFaults } from './scope-rules.js';

const KNOWN = [
  { identifier: 'https://id.example.com/acme/api', scopes: ['users:read'] },
  { identifier: 'https://shop.example.com', scopes: ['orders:read', 'read'] },
  { identifier: 'https://blog.example.com', scopes: ['read'] },
];
const faults = (scopes: string[], resources: string[] = []): unknown =>
  scopeFaults({ scopes, resources }, KNOWN);

describe('the scopes of an application', () => {
  it('are those of OpenID Connect, and of the resources that it may use', () => {
    expect(faults([])).toEqual([]);
    expect(faults(['openid', 'profile', 'email', 'offline_access'])).toEqual([]);
    expect(faults(['openid', 'users:read'], ['https://id.example.com/acme/api'])).toEqual([]);
    expect(faults(['read'], ['https://blog.example.com'])).toEqual([]);
  });

  it('are no others, and it is said what would let them be', () => {
    expect(faults(['openid', 'users:read'], ['https://shop.example.com'])).toEqual([
      {
        path: 'scopes.1',
        message:
          'users:read is a scope of https://id.example.com/acme/api: add the resource to the application.',
      },
    ]);
    expect(faults(['read'])).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(
          'of https://shop.example.com or https://blog.example.com',
        ) as unknown,
      }),
    ]);
    expect(faults(['bananas:read'], ['https://gone.example.com'])).toEqual([
      {
        path: 'scopes.0',
        message:
          'No resource has the scope bananas:read: make one that has, and add it to the application.',
      },
    ]);
  });
});

describe('the resources of an application', () => {
  it('are those that there are', () => {
    const resources = ['https://shop.example.com', 'https://gone.example.com'];
    expect(resourceFaults(resources, KNOWN)).toEqual([
      {
        path: 'resources.1',
        message: 'No resource has the identifier https://gone.example.com: make it first.',
      },
    ]);
    expect(resourceFaults([], KNOWN)).toEqual([]);
  });
});
