import { describe, expect, it } from '@jest/globals';
import { environmentTable, loadConfig } from '@nomo/service-kit';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environment } from './config.js';

const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');

describe('the configuration', () => {
  it('is told in the README as it is', () => {
    expect(readme).toContain(environmentTable(environment));
  });

  it('has the limits that are promised unless told otherwise', () => {
    const config = loadConfig(environment, {
      DATABASE_URL: 'postgresql://localhost/vision',
      REDIS_URL: 'redis://localhost',
    });
    expect(config).toMatchObject({
      RATE_LIMIT_PER_SECOND: 20,
      RATE_LIMIT_BURST: 50,
      DAILY_QUOTA: 100_000,
    });
  });

  it('names everything that is wrong at once, without the values', () => {
    const load = (): unknown =>
      loadConfig(environment, {
        DATABASE_URL: 'mysql://localhost/pass-word-1',
        DAILY_QUOTA: '-1',
      });
    expect(load).toThrow(/DATABASE_URL[^]*REDIS_URL[^]*DAILY_QUOTA/u);
    expect(load).not.toThrow(/pass-word-1/u);
  });
});
