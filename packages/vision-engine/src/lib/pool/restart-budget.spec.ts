import { describe, expect, it } from '@jest/globals';
import { RestartBudget } from './restart-budget.js';

describe('RestartBudget', () => {
  it('lets restarts go at once until the budget is spent', () => {
    const budget = new RestartBudget(2, 1000);
    expect(budget.book(0)).toBe(0);
    expect(budget.book(100)).toBe(0);
    expect(budget.book(200)).toBe(800);
  });

  it('never has more starts in a window than the budget', () => {
    const budget = new RestartBudget(3, 1000);
    const starts = Array.from({ length: 20 }, (_, i) => i * 10 + budget.book(i * 10));
    for (const start of starts) {
      const inWindow = starts.filter((other) => other >= start && other < start + 1000);
      expect(inWindow.length).toBeLessThanOrEqual(3);
    }
  });

  it('recovers with time', () => {
    const budget = new RestartBudget(1, 1000);
    expect(budget.book(0)).toBe(0);
    expect(budget.book(1000)).toBe(0);
  });
});
