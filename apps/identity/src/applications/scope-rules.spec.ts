import { describe, expect, it } from '@jest/globals';
import { type GrantType } from '@nomo/oauth-engine';
import { resourceFaults, scopeFaults } from './scope-rules.js';

const MANAGEMENT = 'https://id.example.com/acme/api';
const KNOWN = [
  { identifier: MANAGEMENT, scopes: ['users:read'] },
  { identifier: 'https://shop.example.com', scopes: ['orders:read', 'read'] },
  { identifier: 'https://blog.example.com', scopes: ['read'] },
];
const faults = (
  scopes: string[],
  resources: string[] = [],
  grantTypes: GrantType[] = ['client_credentials'],
): unknown =>
  scopeFaults(
    { scopes, resources, grantTypes },
    { known: KNOWN, managementAudience: MANAGEMENT },
  );

describe('the scopes of an application', () => {
  it('are those of OpenID Connect, and of the resources that it may use', () => {
    expect(faults([])).toEqual([]);
    expect(faults(['openid', 'profile', 'email', 'offline_access'])).toEqual([]);
    expect(faults(['openid', 'users:read'], [MANAGEMENT])).toEqual([]);
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

  it('are those of the management API where it acts for itself alone', () => {
    const message =
      'users:read is a scope of the management API, which answers no tokens of users: only an application with the grant client_credentials may have it.';
    for (const resources of [[], [MANAGEMENT]])
      expect(faults(['openid', 'users:read'], resources, ['authorization_code'])).toEqual([
        { path: 'scopes.1', message },
      ]);
    expect(
      faults(['users:read'], [MANAGEMENT], ['authorization_code', 'client_credentials']),
    ).toEqual([]);
  });

  it('may have the name of one of the management API where another resource has it', () => {
    const own = { identifier: 'https://crm.example.com', scopes: ['users:read'] };
    const realm = { known: [...KNOWN, own], managementAudience: MANAGEMENT };
    const settings = { scopes: ['users:read'], grantTypes: ['authorization_code'] as const };
    expect(scopeFaults({ ...settings, resources: [own.identifier] }, realm)).toEqual([]);
    expect(scopeFaults({ ...settings, resources: [MANAGEMENT] }, realm)).toEqual([
      {
        path: 'scopes.0',
        message:
          'users:read is a scope of https://crm.example.com: add the resource to the application.',
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
