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
      { path: 'tags.1.name', message: 'This has to be a string.' },
      { path: 'more', message: 'There is no such field or option.' },
    ]);
    expect(problem.message).toBe('tags.1.name: This has to be a string.');
  });

  it('says of a value of another kind that alone', async () => {
    const list = z.object({ tags: z.array(z.string()).max(2) });
    const problem = (await validateInput(list, { tags: 'abc' }).catch(
      (e: unknown) => e,
    )) as Problem;
    expect(problem.extensions['errors']).toEqual([
      { path: 'tags', message: 'This has to be a list.' },
    ]);
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
    ['another kind', { scopes: 'x' }, 'scopes', 'This has to be a list.'],
  ])('says of %s what it has to be', async (_case, wrong, path, message) => {
    const input = { ...whole, ...(wrong as object) };
    const problem = (await validateInput(settings, input).catch((e: unknown) => e)) as Problem;
    expect(problem.extensions['errors']).toEqual([{ path, message }]);
  });

  it.each<[value: unknown, message: string, field: z.ZodType]>([
    ['true', 'This has to be true or false.', z.boolean()],
    [null, 'This has to be an object.', z.strictObject({})],
    ['x', 'This has to be an object.', z.record(z.string(), z.string())],
    [[], 'This has to be an object.', z.strictObject({})],
    [1.5, 'This has to be a whole number.', z.int()],
    [1, 'This has to be at least 2.', z.int().min(2)],
    [0, 'This has to be more than 0.', z.int().positive()],
    [31, 'This has to be at most 30.', z.int().max(30)],
    [1, 'This has to be less than 1.', z.number().lt(1)],
    [7, 'This has to be a multiple of 5.', z.number().multipleOf(5)],
    ['', 'This must not be empty.', z.string().min(1)],
    ['x', 'This has to have at least 8 characters.', z.string().min(8)],
    ['xx', 'This has to have at most 1 character.', z.string().max(1)],
    ['x', 'This has to have exactly 6 characters.', z.string().length(6)],
    [[], 'This must not be empty.', z.array(z.string()).min(1)],
    [['a', 'b', 'c'], 'This has to have at most 2 entries.', z.array(z.string()).max(2)],
    ['x', 'This has to be an address such as https://example.com.', z.url()],
    ['http://a.example', 'This has to be an https address.', z.url({ protocol: /^https$/ })],
    [
      'ftp://a.example',
      'This has to be an address such as https://example.com.',
      z.url({ protocol: /^https?$/ }),
    ],
    ['x', 'This has to be an e-mail address such as ada@example.com.', z.email()],
    ['x', 'This has to be a UUID.', z.uuid()],
    ['x', 'This has to be a time such as 2027-01-31T12:00:00Z.', z.iso.datetime()],
    ['x', 'This has to be a date such as 2027-01-31.', z.iso.date()],
    ['y', 'This has to match /^x+$/.', z.string().regex(/^x+$/)],
    ['x', 'This does not have the format ipv4.', z.ipv4()],
    [true, 'This is not valid.', z.union([z.string(), z.number()])],
    ['x', 'An address, please.', z.url('An address, please.')],
    ['x', 'Invalid input: yes or no', z.boolean('Invalid input: yes or no')],
  ])('says of %j: %s', async (value, message, field) => {
    const given = { field: value };
    const problem = (await validateInput(z.object({ field }), given).catch(
      (e: unknown) => e,
    )) as Problem;
    expect(problem.extensions['errors']).toEqual([{ path: 'field', message }]);
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
