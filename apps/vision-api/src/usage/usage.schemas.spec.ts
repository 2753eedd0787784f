import { describe, expect, it } from '@jest/globals';
import { UsageQuery } from './usage.schemas.js';

describe('the span of a usage query', () => {
  it('is the last 30 days by default, today included', () => {
    const { from, to } = UsageQuery.parse({});
    expect(to).toBe(new Date().toISOString().slice(0, 10));
    expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(29);
  });

  it('ends where it is told to, and then begins 29 days before', () => {
    expect(UsageQuery.parse({ to: '2026-03-01' })).toEqual({
      from: '2026-01-31',
      to: '2026-03-01',
    });
  });

  it.each([
    [{ from: '2026-02-30' }, 'from'],
    [{ from: 'yesterday' }, 'from'],
    [{ to: '2026-1-1' }, 'to'],
    [{ from: '2026-02-02', to: '2026-02-01' }, 'from'],
    [{ from: '2024-01-01', to: '2026-01-01' }, 'from'],
    [{ from: '0000-01-01', to: '0000-06-01' }, 'from'],
    [{ to: '0001-01-10' }, 'to'],
    [{ user: 'x' }, ''],
  ])('refuses %p', (query, path) => {
    const result = UsageQuery.safeParse(query);
    expect(result.error?.issues[0]?.path.join('.')).toBe(path);
  });
});
