import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { packageFolder } from '../sources.ts';
import { type TfliteModel, floatsOf, readTflite } from './model.ts';

describe('the Open Images detector, read', () => {
  let model: TfliteModel;

  beforeAll(async () => {
    const folder = packageFolder('@mediapipe/objectron');
    const assets = await readFile(join(folder, 'objectron_solution_packed_assets.data'));
    model = readTflite(assets.subarray(184));
  });

  it('takes 300 pixels squared and gives 1917 boxes with 24 classes', () => {
    const shapes = (indices: readonly number[]) => indices.map((i) => model.tensors[i]?.shape);
    expect(shapes(model.inputs)).toEqual([[1, 300, 300, 3]]);
    expect(shapes(model.outputs)).toEqual([
      [1, 1917, 4],
      [1, 1917, 24],
    ]);
  });

  it('is a MobileNetV2: 17 depthwise convolutions, 10 residual additions', () => {
    const count = (kind: string) => model.operators.filter((o) => o.kind === kind).length;
    expect(count('depthwise convolution')).toBe(17);
    expect(count('convolution')).toBe(55);
    expect(count('addition')).toBe(10);
  });

  it('begins with a convolution of stride 2 and 32 filters whose weights are small numbers', () => {
    const first = model.operators.find((o) => o.kind === 'convolution');
    expect(first).toMatchObject({ strides: [2, 2], padding: 'same', activation: 'relu6' });
    const stored = model.operators.find((o) => o.outputs[0] === first?.inputs[1]);
    const filter = model.tensors[stored?.inputs[0] ?? -1];
    if (filter === undefined) throw new Error('no filter');
    expect(filter.shape).toEqual([32, 3, 3, 3]);
    const values = floatsOf(filter);
    expect(values).toHaveLength(32 * 27);
    expect(values.every((value) => Math.abs(value) < 20)).toBe(true);
    expect(values.some((value) => value < 0)).toBe(true);
  });
});
