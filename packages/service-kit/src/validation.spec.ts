import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Problem } from './problem.js';
import { validateInput } from './validation.js';

const schema = z.strictObject({ tags: z.array(z.object({ name: z.string() })) });

async function refusal(input: unknown): Promise<Problem> {
  return (await validateInput(schema, input).catch((error: unknown) => error)) as Problem;
}

describe('validateInput', () => {
  it('returns what the schema makes of the input', async () => {
    await expect(validateInput(z.coerce.number(), '7')).resolves.toBe(7);
  });

  it('says where each thing is wrong', async () => {
    const problem = await refusal({ tags: [{ name: 'a' }, { name: 1 }], more: true });
    expect(problem.status).toBe(400);
    expect(problem.code).toBe('invalid_request');
    expect(problem.extensions['errors']).toEqual([
      { path: 'tags.1.name', message: expect.stringContaining('expected string') },
      { path: 'more', message: 'There is no such field or option.' },
    ]);
    expect(problem.message).toMatch(/^tags\.1\.name: .*expected string/);
  });

  it('names each unknown key where it is, and none in the detail', async () => {
    const nested = z.strictObject({ inner: z.strictObject({}) });
    const input = { inner: { 'k<1>': 1, k2: 2 } };
    const problem = (await validateInput(nested, input).catch((e: unknown) => e)) as Problem;
    const message = 'There is no such field or option.';
    expect(problem.extensions['errors']).toEqual([
      { path: 'inner.k<1>', message },
      { path: 'inner.k2', message },
    ]);
    expect(problem.message).not.toMatch(/k<1>|k2/);
  });

  const settings = z.object({
    type: z.enum(['web', 'native']),
    name: z.string(),
    limit: z.coerce.number(),
    own: z.string('This is ours.'),
    scopes: z.array(z.string()).default([]),
  });
  const whole = { type: 'web', name: 'a', limit: '5', own: 'b' };

  it.each<[string, unknown, string, string]>([
    [
      'a missing choice',
      { type: undefined },
      'type',
      'This is missing. It has to be one of: web, native.',
    ],
    ['a missing text', { name: undefined }, 'name', 'This is missing. It has to be a string.'],
    [
      'a missing number',
      { limit: undefined },
      'limit',
      'This is missing. It has to be a number.',
    ],
    ['another choice', { type: 'x' }, 'type', 'This has to be one of: web, native.'],
    [
      'a choice given twice',
      { type: ['web', 'web'] },
      'type',
      'This has to be one of: web, native, given once.',
    ],
    [
      'a text given twice',
      { name: ['a', 'b'] },
      'name',
      'This has to be a string, given once.',
    ],
    [
      'a number given twice',
      { limit: ['1', '2'] },
      'limit',
      'This has to be a number, given once.',
    ],
    ['no number', { limit: 'x' }, 'limit', 'This has to be a number.'],
    ['what the schema has words for', { own: undefined }, 'own', 'This is ours.'],
    [
      'another kind',
      { scopes: 'x' },
      'scopes',
      'Invalid input: expected array, received string',
    ],
  ])('says of %s what it has to be', async (_case, wrong, path, message) => {
    const input = { ...whole, ...(wrong as object) };
    const problem = (await validateInput(settings, input).catch((e: unknown) => e)) as Problem;
    expect(problem.extensions['errors']).toEqual([{ path, message }]);
  });

  it.each([[undefined], [null], [7], [[]]])('asks for an object, given %j', async (input) => {
    const problem = await refusal(input);
    expect(problem.message).toBe('A JSON object has to be sent.');
  });

  it('does not repeat in the detail the key of a record', async () => {
    const record = z.record(z.string(), z.number());
    const input = { 'no <field>': 'x' };
    const problem = (await validateInput(record, input).catch((e: unknown) => e)) as Problem;
    expect(problem.message).not.toContain('<');
  });

  it('answers a bad request with no more than a page', async () => {
    const tags = Array.from({ length: 10_000 }, () => ({}));
    const many = await refusal({ tags });
    expect(many.extensions['errors']).toHaveLength(50);
    const keys = Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 1]);
    const unknown = await refusal({ tags: [], ...Object.fromEntries(keys) });
    expect(unknown.extensions['errors']).toHaveLength(50);
    const long = await refusal({ tags: [], ['k'.repeat(50_000)]: 1 });
    expect(JSON.stringify(long.extensions).length).toBeLessThan(1_000);
  });
});
