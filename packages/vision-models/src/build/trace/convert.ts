import { OnnxGraph } from '../onnx/graph.ts';
import { Emission, type Emitter } from './emission.ts';
import { convolutionEmitters } from './emitters/convolution.ts';
import { elementwiseEmitters } from './emitters/elementwise.ts';
import { poolingEmitters } from './emitters/pooling.ts';
import { reductionEmitters } from './emitters/reduction.ts';
import { shapeEmitters } from './emitters/shape.ts';
import type { Recording } from './recording.ts';

const emitters: ReadonlyMap<string, Emitter> = new Map(
  Object.entries({
    ...convolutionEmitters,
    ...elementwiseEmitters,
    ...poolingEmitters,
    ...reductionEmitters,
    ...shapeEmitters,
  }),
);

/**
 * Writes a recording as an ONNX graph whose input `pixels` takes bytes.
 *
 * @throws when the recording has a kernel, or a form of one, that no network here needed.
 */
export function convert(name: string, recording: Recording): OnnxGraph {
  const graph = new OnnxGraph(name);
  const emission = new Emission(graph, recording.constants);
  const pixels = graph.input('pixels', 'uint8', recording.input.shape);
  emission.set(recording.input, 'recorded', graph.cast(pixels, 'float32'));
  for (const call of recording.calls) {
    const emit = emitters.get(call.kernel);
    if (emit === undefined) throw new Error(`no ONNX counterpart of ${call.kernel}`);
    emit(call, emission);
  }
  for (const [output, tensor] of Object.entries(recording.outputs)) {
    graph.output(output, 'float32', tensor.shape, emission.recorded(tensor));
  }
  return graph;
}
