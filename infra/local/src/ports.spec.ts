import { describe, expect, it } from '@jest/globals';

import { Failure } from './failure.ts';
import { requireDistinct } from './ports.ts';

const chosen = (...ports: number[]) =>
  ports.map((port, index) => ({ port, variable: `PORT_${index}` }));

describe('requireDistinct', () => {
  it('names both variables of a port that is chosen twice', () => {
    expect(() => {
      requireDistinct(chosen(1, 2, 3, 2));
    }).toThrow(
      new Failure(
        'PORT_1 and PORT_3 are both 2: set one of them to another port and run this again.',
      ),
    );
  });

  it('lets different ports pass', () => {
    expect(() => {
      requireDistinct(chosen(1, 2, 3));
    }).not.toThrow();
  });
});
