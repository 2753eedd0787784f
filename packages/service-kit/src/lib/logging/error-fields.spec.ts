import { describe, expect, it } from '@jest/globals';
import { errorFields } from './error-fields.js';

describe('errorFields', () => {
  it('names an error, its code and its causes', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'E_INNER' });
    expect(errorFields(new Error('outer', { cause }))).toMatchObject({
      type: 'Error',
      message: 'outer',
      cause: { type: 'TypeError', message: 'inner', code: 'E_INNER' },
    });
  });

  it('leaves out whatever else an error carries', () => {
    const error = Object.assign(new Error('refused'), {
      body: 'hunter2',
      config: { headers: { authorization: 'hunter2' } },
      code: { hunter2: true },
    });
    expect(JSON.stringify(errorFields(error))).not.toContain('hunter2');
  });

  it('shows nothing of an object that was thrown', () => {
    expect(errorFields({ password: 'hunter2' })).toEqual({
      type: 'object',
      message: 'a thrown object',
    });
    expect(errorFields('text')).toEqual({ type: 'string', message: 'text' });
  });

  it('ends with causes that go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(errorFields(error)).match(/"round"/g)).toHaveLength(6);
  });
});
