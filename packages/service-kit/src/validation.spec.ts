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
