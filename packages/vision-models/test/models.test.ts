import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelCatalogue, modelNames, modelPath, textCharactersPath } from '../src/index.ts';

/** Sizes for the dimensions that a caller chooses. */
const chosen: Readonly<Record<string, number>> = { lines: 2, width: 320, height: 64 };

const concrete = (shape: readonly (number | string)[]) =>
  shape.map((dimension) => (typeof dimension === 'number' ? dimension : chosen[dimension]));

describe.each(modelNames.map((name) => ({ name, model: modelCatalogue[name] })))(
  '$name',
  ({ name, model }) => {
    it('is there, as large as stated', async () => {
      expect((await stat(modelPath(name))).size).toBe(model.bytes);
    });

    it('takes and gives what it states', async () => {
      const session = await InferenceSession.create(modelPath(name), { logSeverityLevel: 3 });
      expect(session.inputNames).toEqual([model.input.name]);
      expect(session.outputNames).toEqual(model.outputs.map((output) => output.name));
      const shape = concrete(model.input.shape).map(Number);
      const length = shape.reduce((a, b) => a * b, 1);
      const tensor =
        model.input.type === 'uint8'
          ? new Tensor('uint8', new Uint8Array(length).fill(90), shape)
          : new Tensor('float32', new Float32Array(length), shape);
      const outputs = await session.run({ [model.input.name]: tensor });
      for (const { name: output, type, shape: stated } of model.outputs) {
        expect(outputs[output]?.type).toBe(type);
        for (const [axis, dimension] of concrete(stated).entries()) {
          // The time steps of the recogniser follow from the width.
          if (dimension !== undefined) expect(outputs[output]?.dims[axis]).toBe(dimension);
        }
      }
      await session.release();
    });

    it('has a notice that names its source, licence and upstream', async () => {
      const notice = await readFile(modelPath(name).replace(/onnx$/, 'NOTICE.txt'), 'utf8');
      expect(notice).toContain(`npm package ${model.provenance.package} `);
      expect(notice).toMatch(/^Source: .* \d+\.\d+\.\d+$/m);
      expect(notice).toContain(model.provenance.licence);
      expect(notice).toContain(model.provenance.upstream);
      expect(notice).toContain(model.provenance.copyright);
    });
  },
);

describe('the characters of the recogniser', () => {
  it('are its classes without blank and space', async () => {
    const characters = (await readFile(textCharactersPath(), 'utf8')).split('\n');
    const classes = modelCatalogue['text-recognize'].outputs[0]?.shape[2];
    expect(characters).toHaveLength(Number(classes) - 2);
    expect(characters).toContain('A');
    expect(characters).toContain('学');
  });
});
