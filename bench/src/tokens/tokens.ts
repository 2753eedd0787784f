import type { Benchmark } from '../frame/benchmark.ts';
import { peerVersion } from '../frame/peers.ts';
import { describeStores } from '../service/stores.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';
import { opensslVersion } from './rsa-limit.ts';

export const tokens: Benchmark = {
  name: 'tokens',
  summary: 'NamoID beside the RSA and argon2id limits, oidc-provider and better-auth',
  flags: {},

  async run(run) {
    const taken = await measure(run);
    const versions: Record<string, string> = {
      OpenSSL: await opensslVersion(),
      ...(await describeStores()),
    };
    for (const name of ['oidc-provider', 'better-auth', '@better-auth/oauth-provider'])
      versions[name] = await peerVersion(name);
    return report(taken, versions);
  },
};
