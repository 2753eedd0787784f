import { readFile } from 'node:fs/promises';
import { createVisionEngine, type Operation } from '@nomo/vision-engine';
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

/** Our own engine, as the service runs it. */
serve<EngineSetup, EngineViewer>(async ({ workers, ...material }) => {
  const engine = await createVisionEngine({ workers });
  const load = (paths: readonly string[]): Promise<Buffer[]> =>
    Promise.all(paths.map((path) => readFile(path)));
  const photos = await load(material.photos);
  const pages = await load(material.pages.map(({ path }) => path));
  return {
    methods: {
      ...viewer(
        material,
        {
          faces: (call) => engine.detectFaces(at(photos, call)),
          compare: (call) => engine.compareFaces(at(photos, call), at(photos, call + 1)),
          labels: (call) => engine.detectLabels(at(photos, call)),
          text: (call) => engine.detectText(at(pages, call)),
        },
        async (page) => {
          const { texts } = await engine.detectText(at(pages, page));
          return texts.filter(({ type }) => type === 'line').map(({ text }) => text);
        },
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
