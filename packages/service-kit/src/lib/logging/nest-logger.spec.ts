import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function logged(write: (logger: NestLogger) => void): Record<string, unknown> {
  let text = '{}';
  const destination = {
    write: (line: string) => {
      text = line;
    },
  };
  const logger = createLogger({
    service: 'test',
    level: 'trace',
    redact: (line) => line,
    destination,
  });
  write(new NestLogger(logger));
  return JSON.parse(text) as Record<string, unknown>;
}

describe('NestLogger', () => {
  it('keeps message, context and level', () => {
    const record = logged((logger) => {
      logger.warn('low on keys', 'Keys');
    });
    expect(record).toMatchObject({ level: 'warn', context: 'Keys', msg: 'low on keys' });
  });

  it.each([
    [[new Error('broken'), 'Keys'], 'broken'],
    [['while sweeping', new Error('broken'), 'Keys'], 'while sweeping'],
    [[new Error('broken'), 'while sweeping', 'Keys'], 'while sweeping'],
  ])('finds the error among the parameters: %#', (parameters, message) => {
    const [first, ...rest] = parameters;
    const record = logged((logger) => {
      logger.error(first, ...rest);
    });
    expect(record).toMatchObject({
      level: 'error',
      context: 'Keys',
      msg: message,
      err: { message: 'broken' },
    });
  });

  it('takes an object for fields', () => {
    const record = logged((logger) => {
      logger.log({ swept: 7 }, 'Keys');
    });
    expect(record).toMatchObject({ level: 'info', context: 'Keys', swept: 7 });
  });

  it('turns down what Nest says about its own start', () => {
    const record = logged((logger) => {
      logger.log('Mapped {/items, GET} route', 'RouterExplorer');
    });
    expect(record).toMatchObject({ level: 'debug' });
  });
});
