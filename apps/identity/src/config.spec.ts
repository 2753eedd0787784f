import { describe, expect, it } from '@jest/globals';
import { environmentTable, loadConfig } from '@nomo/service-kit';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environment, workerEnvironment } from './config.js';

const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');

describe('the configuration', () => {
  it('is told in the README as it is', () => {
    expect(readme).toContain(environmentTable(workerEnvironment));
  });

  it('names everything that is wrong at once, without the values', () => {
    const load = (): unknown =>
      loadConfig(environment, {
        BASE_URL: 'https://id.example.com/',
        DATABASE_URL_API: 'mysql://localhost/pass-word-1',
        CODE_DIGEST_KEY: 'too-short',
      });
    expect(load).toThrow(
      /DATABASE_URL_API[^]*REDIS_URL[^]*SECRET_BOX_KEYS[^]*CODE_DIGEST_KEY/u,
    );
    expect(load).not.toThrow(/pass-word-1|too-short/u);
  });

  it('takes the slash from the end of the base of all issuers', () => {
    const { BASE_URL, PRIVATE_NETWORK_CALLS } = loadConfig(environment, {
      BASE_URL: 'https://id.example.com/',
      DATABASE_URL_API: 'postgresql://localhost/identity',
      REDIS_URL: 'redis://localhost',
      SECRET_BOX_KEYS: 'x:y',
      CODE_DIGEST_KEY: 'A'.repeat(43),
    });
    expect(BASE_URL).toBe('https://id.example.com');
    expect(PRIVATE_NETWORK_CALLS).toBe('refuse');
  });
});
