import { readFile } from 'node:fs/promises';
import { createVisionEngine, type Operation, type TextDetection } from '@nomo/vision-engine';
import { serve } from '../../frame/serve.ts';
import type { Material, Question } from '../material.ts';
import type { EngineViewer } from './contract.ts';
import { at, viewer } from './viewer.ts';

export interface EngineSetup extends Material {
  readonly workers: number;
}

const operations: Readonly<Record<Question, Operation>> = {
  faces: 'detectFaces',
  compare: 'compareFaces',
  labels: 'detectLabels',
  text: 'detectText',
};

/** A busy machine makes calls late, not wrong: none is to fail for that. */
const PATIENCE_MS = 120_000;

/** Our own engine, as the service runs it. */
serve<EngineSetup, EngineViewer>(async ({ workers, ...material }) => {
  const engine = await createVisionEngine({ workers, deadlineMs: PATIENCE_MS });
  const load = (paths: readonly string[]): Promise<Buffer[]> =>
    Promise.all(paths.map((path) => readFile(path)));
  const photos = await load(material.photos);
  const pages = await load(material.pages.map(({ path }) => path));
  const linesOf = async (page: number): Promise<TextDetection[]> => {
    const { texts } = await engine.detectText(at(pages, page));
    return texts.filter(({ type }) => type === 'line');
  };
  return {
    methods: {
      ...viewer(
        material,
        {
          faces: async (call) => (await engine.detectFaces(at(photos, call))).faces,
          compare: async (call) => {
            const [source, target] = [at(photos, call), at(photos, call + 1)];
            const { matches, unmatched } = await engine.compareFaces(source, target);
            return [...matches, ...unmatched];
          },
          labels: async (call) => (await engine.detectLabels(at(photos, call))).labels,
          text: linesOf,
        },
        async (page) => (await linesOf(page)).map(({ text }) => text),
      ),
      timing(question) {
        const sums = engine.stats().operations[operations[question]];
        return Promise.resolve({
          calls: sums.completed,
          decode: sums.decodeMs,
          session: sums.sessionMs,
          total: sums.totalMs,
        });
      },
    },
    close: () => engine.close(),
  };
});
