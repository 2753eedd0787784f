import { describe, expect, it } from '@jest/globals';

import { imageProblem } from './image-check.js';

const MAX = 5 * 1024 * 1024;
const file = { name: 'a.jpg', type: 'image/jpeg', size: MAX };

describe('imageProblem', () => {
  it('lets pass what the service may judge', () => {
    expect(imageProblem(file, MAX)).toBeUndefined();
  });

  it('names size and limit', () => {
    expect(imageProblem({ ...file, size: 6 * 1024 * 1024 }, MAX)).toBe(
      '“a.jpg” has 6 MB. An image may have at most 5 MB.',
    );
  });

  it.each(['image/heic', 'image/svg+xml', 'application/pdf', ''])('refuses %s', (type) => {
    expect(imageProblem({ ...file, type }, MAX)).toContain('is not a JPEG');
  });
});
