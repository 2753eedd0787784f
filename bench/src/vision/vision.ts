import type { Benchmark } from '../frame/benchmark.ts';
import { peerVersion } from '../frame/peers.ts';
import { material } from './material.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';
import { measureServiceMemory } from './service-memory.ts';

const SOAK = '--soak';
const measured = [
  '@vladmandic/human',
  '@tensorflow/tfjs-backend-wasm',
  'tesseract.js',
  '@gutenye/ocr-node',
] as const;

export const vision: Benchmark = {
  name: 'vision',
  summary: 'the four operations beside @vladmandic/human, tesseract.js and @gutenye/ocr-node',
  flags: {
    [SOAK]: 'send the service 2,000 requests as well and watch its memory (minutes more)',
  },

  async run(run) {
    const taken = await measure(run);
    const service = await measureServiceMemory(run, run.has(SOAK));
    const versions: Record<string, string> = {};
    for (const name of measured) versions[name] = await peerVersion(name);
    return report(taken, service, material(run.quick), versions);
  },
};
