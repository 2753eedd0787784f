import type { Benchmark } from '../frame/benchmark.ts';
import { describeStores } from '../service/stores.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';

export const pipelines: Benchmark = {
  name: 'pipelines',
  summary: 'usage and audit beside one row a job, and beside requests that record nothing',
  flags: {},

  async run(run) {
    return report(await measure(run), await describeStores());
  },
};
