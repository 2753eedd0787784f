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
      { path: '', message: expect.stringContaining('more') },
    ]);
  });

  it('answers a bad request with no more than a page', async () => {
    const tags = Array.from({ length: 10_000 }, () => ({}));
    const many = await refusal({ tags });
    expect(many.extensions['errors']).toHaveLength(50);
    const long = await refusal({ tags: [], ['k'.repeat(50_000)]: 1 });
    expect(JSON.stringify(long.extensions).length).toBeLessThan(1_000);
  });
});
