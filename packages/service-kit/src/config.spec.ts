import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, environmentTable, loadConfig } from './config.js';

const schema = z.object({
  COUNT: z.coerce.number().int().max(10).default(3).describe('How many.'),
  MODE: z.enum(['fast', 'safe']).optional().describe('How it works.'),
  DATABASE_URL: z.url().describe('Where the data is.'),
});
const password = 'hunter2';
const url = `postgres://user:${password}@db/name`;

function failure(environment: Record<string, string>): ConfigError {
  try {
    loadConfig(schema, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('expected a ConfigError');
}

describe('loadConfig', () => {
  it('reads what the schema names, and nothing else', () => {
    expect(loadConfig(schema, { DATABASE_URL: url, COUNT: '7', PATH: '/bin' })).toEqual({
      DATABASE_URL: url,
      COUNT: 7,
    });
  });

  it('takes an empty string for a variable that is not set', () => {
    const config = loadConfig(schema, { DATABASE_URL: url, COUNT: '', MODE: '' });
    expect(config).toEqual({ DATABASE_URL: url, COUNT: 3 });
    expect(failure({ DATABASE_URL: '' }).message).toContain('DATABASE_URL: is not set');
  });

  it('names everything that is wrong at once, with what was expected', () => {
    const { issues, message } = failure({ COUNT: '11', MODE: 'slow' });
    expect(issues.map(({ variable }) => variable).sort()).toEqual([
      'COUNT',
      'DATABASE_URL',
      'MODE',
    ]);
    expect(message).toContain('DATABASE_URL: is not set. Where the data is.');
    expect(message).toContain('expected number to be <=10. How many.');
    expect(message).toContain('"fast"|"safe"');
  });

  it('never shows a value', () => {
    const { message } = failure({ COUNT: 'hunter2', MODE: 'hunter2', DATABASE_URL: 'hunter2' });
    expect(message).not.toContain('hunter2');
  });
});

describe('environmentTable', () => {
  it('has a row for each variable: name, default and meaning', () => {
    const rows = environmentTable(schema)
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, ' '));
    expect(rows).toContain('| COUNT | 3 | How many. |');
    expect(rows).toContain('| MODE | (none) | How it works. |');
    expect(rows).toContain('| DATABASE_URL | (required) | Where the data is. |');
  });
});
