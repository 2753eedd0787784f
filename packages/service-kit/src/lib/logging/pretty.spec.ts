import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { prettyDestination } from './pretty.js';

function pretty(record: object): string {
  const terminal = new PassThrough();
  prettyDestination(terminal).write(`${JSON.stringify(record)}\n`);
  return stripVTControlCharacters(String(terminal.read()));
}

describe('prettyDestination', () => {
  const record = { level: 'info', time: '2026-01-02T03:04:05.678Z', service: 'example' };

  it('shows the time, the level, the message and every field', () => {
    const line = pretty({ ...record, method: 'GET', status: 200, msg: 'request' });
    expect(line).toBe('03:04:05.678 info  example request method=GET status=200\n');
  });

  it('shows the stack of an error below its line', () => {
    const line = pretty({ ...record, err: { message: 'no', stack: 'Error: no\n    at here' } });
    expect(line).toContain('\nError: no\n    at here\n');
  });
});
