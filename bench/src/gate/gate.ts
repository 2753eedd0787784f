import type { Benchmark } from '../frame/benchmark.ts';
import { peerVersion } from '../frame/peers.ts';
import { describeStores } from '../service/stores.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';

export const gate: Benchmark = {
  name: 'gate',
  summary: 'the API-key gate beside no gate, better-auth and rate-limiter-flexible',
  flags: {},

  async run(run) {
    const taken = await measure(run);
    const versions: Record<string, string> = { ...(await describeStores()) };
    for (const name of ['better-auth', 'rate-limiter-flexible'])
      versions[name] = await peerVersion(name);
    return report(taken, versions);
  },
};
