/**
 * Says where V8 makes the next object at a place in the code where those before lived long: among
 * the old ones or the young. In a service with `as-service`, and otherwise in a bare process.
 * Started with `--expose-gc --allow-natives-syntax`.
 */
import { serviceEnvironment, startService } from '../../dist/index.js';

// From a string, as no linter and no formatter reads this syntax of V8's own.
const isYoung = new Function('object', 'return %InYoungGeneration(object)');

// V8 looks at a place after some hundred objects, and takes a few collections to compile this.
const ROUNDS = 1_000;
const OBJECTS = 1_000;

function whereNext() {
  const make = (number) => [{ number }];
  const kept = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let number = 0; number < OBJECTS; number += 1) kept[number] = make(number);
    globalThis.gc({ type: 'minor' });
    if (!isYoung(make(kept.length))) return 'old';
  }
  return 'young';
}

function say() {
  process.stdout.write(whereNext());
  process.exit();
}

if (process.argv.includes('as-service')) {
  await startService({
    name: 'pretenuring-example',
    version: '0.0.1',
    description: 'A service that says where its next object is made.',
    environment: serviceEnvironment({}),
    module: say,
  });
} else say();
