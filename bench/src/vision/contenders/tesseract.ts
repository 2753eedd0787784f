import { readFile } from 'node:fs/promises';
import { loadPeer, peerFile } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import type { Material } from '../material.ts';
import type { Viewer } from './contract.ts';
import { at, viewer } from './viewer.ts';

interface Worker {
  recognize(image: Buffer): Promise<{ data: { text: string } }>;
  terminate(): Promise<unknown>;
}

/** Its `OEM.LSTM_ONLY`, for which it takes the smaller, faster kind of language data. */
const LSTM_ONLY = 1;

/** tesseract.js with the English data of the same authors, from disk. */
serve<Material, Viewer>(async (material) => {
  const { createWorker } = (
    await loadPeer<{
      default: {
        createWorker: (language: string, mode: number, options: object) => Promise<Worker>;
      };
    }>('tesseract.js')
  ).default;
  const worker = await createWorker('eng', LSTM_ONLY, {
    langPath: peerFile('@tesseract.js-data/eng/4.0.0_best_int').pathname,
    cacheMethod: 'none',
    gzip: true,
  });
  const pages = await Promise.all(material.pages.map(({ path }) => readFile(path)));
  const read = async (page: number): Promise<string[]> => {
    const { data } = await worker.recognize(at(pages, page));
    return data.text.split('\n');
  };
  return {
    methods: viewer(material, { text: read }, read),
    close: async () => {
      await worker.terminate();
    },
  };
});
