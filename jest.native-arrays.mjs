/**
 * Jest runs tests in a realm of their own, with typed arrays of its own, while native code
 * makes those of the main realm: `output.data instanceof Float32Array` would be false, and
 * ONNX Runtime would refuse what it made itself. For packages that run networks this setup
 * file gives the tests the main realm's. Node's own deserializer makes one of each.
 */
import { deserialize, serialize } from 'node:v8';

for (const name of [
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Uint16Array',
  'Uint32Array',
]) {
  const empty = new globalThis[name](0);
  globalThis[name] = deserialize(serialize(empty)).constructor;
}
