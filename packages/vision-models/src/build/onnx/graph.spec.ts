import { describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OnnxGraph } from './graph.ts';

async function run(graph: OnnxGraph, pixels: readonly number[]) {
  const session = await InferenceSession.create(graph.serialize());
  const outputs = await session.run({
    pixels: new Tensor('uint8', Uint8Array.from(pixels), [pixels.length]),
  });
  await session.release();
  return [...(outputs['result']?.data as Float32Array)];
}

function scaled(factors: Float32Array): OnnxGraph {
  const graph = new OnnxGraph('scaled');
  const pixels = graph.cast(graph.input('pixels', 'uint8', [factors.length]), 'float32');
  const product = graph.node('Mul', [pixels, graph.weights(factors, [factors.length])]);
  const leaky = graph.node('LeakyRelu', [product], { alpha: { float: 0.5 } });
  graph.output('result', 'float32', [factors.length], leaky);
  return graph;
}

describe('OnnxGraph', () => {
  it('writes what ONNX Runtime runs', async () => {
    expect(await run(scaled(Float32Array.of(0.1, -2, 3)), [10, 20, 255])).toEqual([
      1, -20, 765,
    ]);
  });

  it('stores weights in 16 bits when that loses nothing, and in 32 otherwise', async () => {
    const exact = new Float32Array(1000).fill(0.375);
    const inexact = new Float32Array(1000).fill(0.3);
    expect(scaled(exact).serialize().length).toBeLessThan(2400);
    expect(scaled(inexact).serialize().length).toBeGreaterThan(4000);
    expect(await run(scaled(exact), Array<number>(1000).fill(8))).toEqual(
      Array<number>(1000).fill(3),
    );
  });

  it('leaves out what no output depends on', () => {
    const graph = scaled(Float32Array.of(1));
    const before = graph.serialize().length;
    const size = graph.size;
    graph.node('Relu', [graph.floats(new Float32Array(5000), [5000])]);
    expect(graph.serialize()).toHaveLength(before);
    expect(graph.size).toBe(size);
  });

  it('writes the same bytes for the same calls', () => {
    const factors = Float32Array.of(1, 2, 3);
    expect(scaled(factors).serialize()).toEqual(scaled(factors).serialize());
  });

  it('keeps equal lists of integers once', () => {
    const graph = new OnnxGraph('integers');
    expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
    expect(graph.integers([1])).not.toBe(graph.integers([1], []));
  });
});
