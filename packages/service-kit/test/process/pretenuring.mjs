/**
 * Says whether V8 makes objects old at once where most of those before lived long. Started with
 * `--allow-natives-syntax`; `as-services` does first what every service does.
 */
import { keepNewObjectsYoung } from '../../dist/lib/service/young-objects.js';

// A flag of V8 is read before the functions that use its syntax are compiled.
const isYoung = new Function('object', 'return %InYoungGeneration(object)');

if (process.argv.includes('as-services')) keepNewObjectsYoung();
const make = (number) => [{ number }];
const kept = [];
let young = true;
for (let round = 0; round < 1_000 && young; round += 1) {
  for (let number = 0; number < 1_000; number += 1) kept[number] = make(number);
  globalThis.gc({ type: 'minor' });
  young = isYoung(make(kept.length));
}
process.stdout.write(young ? 'young' : 'old');
