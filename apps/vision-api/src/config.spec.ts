import { describe, expect, it } from '@jest/globals';
import { environmentTable, loadConfig } from '@nomo/service-kit';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { apiEnvironment, commandEnvironment, workerEnvironment } from './config.js';
import { ROLES, urlVariableOf } from './roles.js';

const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');

const REDIS_URL = 'redis://localhost';
const urls = Object.fromEntries(
  ROLES.map((role) => [urlVariableOf(role), `postgresql://${role}@localhost/vision`]),
);

describe('the configuration', () => {
  it('is told in the README as it is', () => {
    expect(readme).toContain(environmentTable(apiEnvironment));
  });

  it('has the limits that are promised unless told otherwise', () => {
    const config = loadConfig(apiEnvironment, { ...urls, REDIS_URL });
    expect(config).toMatchObject({
      SERVICE_ROLE: 'all',
      RATE_LIMIT_PER_SECOND: 20,
      RATE_LIMIT_BURST: 50,
      DAILY_QUOTA: 100_000,
    });
  });

  it('names everything that is wrong at once, without the values', () => {
    const load = (): unknown =>
      loadConfig(apiEnvironment, {
        DATABASE_URL_VISION: 'mysql://localhost/pass-word-1',
        DAILY_QUOTA: '-1',
      });
    expect(load).toThrow(/DATABASE_URL_VISION[^]*REDIS_URL[^]*DAILY_QUOTA/u);
    expect(load).toThrow(/DATABASE_URL_KEYS: is not set, and this process needs it/u);
    expect(load).not.toThrow(/pass-word-1/u);
  });
});

describe('the provider of sign-ins', () => {
  const load = (environment: Record<string, string>): unknown =>
    loadConfig(apiEnvironment, {
      ...urls,
      REDIS_URL,
      OIDC_CLIENT_ID: 'console',
      ...environment,
    });

  it.each(['https://id.example/org', 'http://localhost:4000/demo', 'http://[::1]:4000'])(
    'may be %s',
    (issuer) => {
      expect(load({ OIDC_ISSUER: issuer })).toMatchObject({ OIDC_ISSUER: issuer });
    },
  );

  it.each(['http://id.example', 'http://localhost.example', 'ftp://id.example', 'id.example'])(
    'may not be %s',
    (issuer) => {
      expect(() => load({ OIDC_ISSUER: issuer })).toThrow(/OIDC_ISSUER/u);
    },
  );

  it('needs a client id', () => {
    expect(() => load({ OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: '' })).toThrow(
      /OIDC_CLIENT_ID: has to be set when OIDC_ISSUER is/u,
    );
  });
});

describe('the role of a process', () => {
  const missing = (
    environment: typeof apiEnvironment,
    serviceRole: string | undefined,
  ): string[] => {
    try {
      loadConfig(environment, { REDIS_URL, SERVICE_ROLE: serviceRole });
      return [];
    } catch (error) {
      return [...String(error).matchAll(/^ {2}(?<name>\w+):/gmu)].map(
        (match) => match.groups?.['name'] ?? '',
      );
    }
  };

  it.each([
    ['vision', ['VISION']],
    ['billing', ['VISION', 'BILLING']],
    ['console', ['VISION', 'KEYS', 'BILLING', 'CONSOLE']],
    ['all', ['VISION', 'KEYS', 'BILLING', 'WEBHOOK', 'ADMIN', 'CONSOLE']],
    [undefined, ['VISION', 'KEYS', 'BILLING', 'WEBHOOK', 'ADMIN', 'CONSOLE']],
  ])('%p signs in to PostgreSQL as %j and as nobody else', (serviceRole, roles) => {
    expect(missing(apiEnvironment, serviceRole)).toEqual(
      roles.map((role) => `DATABASE_URL_${role}`),
    );
  });

  it.each(['all', 'worker'])('%p is the worker’s alone in a worker', (serviceRole) => {
    expect(missing(workerEnvironment, serviceRole)).toEqual(['DATABASE_URL_WORKER']);
  });

  it.each(['keys', 'webhook', 'admin', 'worker'])(
    '%p is refused by the service, which has no routes for it',
    (serviceRole) => {
      const load = (): unknown =>
        loadConfig(apiEnvironment, { ...urls, REDIS_URL, SERVICE_ROLE: serviceRole });
      expect(load).toThrow(
        /SERVICE_ROLE: has no routes to serve: set all, vision, billing or console/u,
      );
    },
  );

  it.each(['vision', 'billing', 'nothing'])('%p is refused by the worker', (serviceRole) => {
    expect(missing(workerEnvironment, serviceRole)).toContain('SERVICE_ROLE');
  });

  it('asks of a command what the command needs', () => {
    expect(missing(commandEnvironment('keys'), undefined)).toEqual(['DATABASE_URL_KEYS']);
  });
});
