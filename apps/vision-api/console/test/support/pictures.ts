import path from 'node:path';

/** The astronaut Eileen Collins, by NASA: in the public domain. */
export const PICTURE = path.resolve(
  import.meta.dirname,
  '../../../../../packages/vision-engine/test/images/astronaut.jpg',
);
