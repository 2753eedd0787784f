import { describe, expect, it } from '@jest/globals';

import { Failure } from './failure.ts';
import { databaseUrl, ownPorts, readPort, readSettings, withoutPassword } from './settings.ts';

describe('readSettings', () => {
  it('has a port for each local server', () => {
    expect(readSettings({})).toEqual({ postgresPort: 54329, redisPort: 63799 });
  });

  it('takes ports and outside servers from the environment; an empty variable is none', () => {
    const settings = readSettings({
      POSTGRES_PORT: '6000',
      REDIS_PORT: '',
      DATABASE_ADMIN_URL: 'postgresql://me@db.example/postgres',
      REDIS_URL: '',
    });
    expect(settings.postgresPort).toBe(6000);
    expect(settings.redisPort).toBe(63799);
    expect(settings.databaseAdminUrl?.host).toBe('db.example');
    expect(settings.redisUrl).toBeUndefined();
  });

  it.each(['0', '65536', '-1', '80.5', '0x10', ' 80', 'abc'])(
    'refuses the port "%s"',
    (text) => {
      expect(() => readPort({ REDIS_PORT: text }, 'REDIS_PORT', 1)).toThrow(
        new Failure(`REDIS_PORT is "${text}": set it to a port from 1 to 65535.`),
      );
    },
  );

  it.each(['db.example', 'mysql://db.example', 'redis://:s3cret'])(
    'refuses a wrong connection string without repeating it: %s',
    (text) => {
      let message = '';
      try {
        readSettings({ DATABASE_ADMIN_URL: text });
      } catch (error) {
        message = error instanceof Failure ? error.message : '';
      }
      expect(message).toMatch(/^DATABASE_ADMIN_URL is not a connection string/);
      expect(message).not.toContain(text);
    },
  );
});

describe('ownPorts', () => {
  it('are those of the servers that are ours', () => {
    expect(ownPorts(readSettings({ POSTGRES_PORT: '6000' }))).toEqual([
      { port: 6000, variable: 'POSTGRES_PORT' },
      { port: 63799, variable: 'REDIS_PORT' },
    ]);
    const outside = {
      DATABASE_ADMIN_URL: 'postgres://db.example/postgres',
      REDIS_URL: 'redis://redis.example',
    };
    expect(ownPorts(readSettings(outside))).toEqual([]);
  });
});

describe('withoutPassword', () => {
  it('leaves everything else to be read', () => {
    const url = new URL('postgres://postgres@127.0.0.1:54329/postgres');
    url.password = 'geheim';
    expect(withoutPassword(url.href)).toBe('postgres://postgres:***@127.0.0.1:54329/postgres');
    expect(withoutPassword('redis://127.0.0.1:6379')).toBe('redis://127.0.0.1:6379');
  });
});

describe('databaseUrl', () => {
  it('changes the database and nothing else', () => {
    const url = new URL('postgres://h:1/postgres?sslmode=require');
    url.username = 'a';
    url.password = 'b/c';
    const before = url.href;
    expect(databaseUrl(before, 'vision')).toBe(before.replace('/postgres?', '/vision?'));
  });
});
