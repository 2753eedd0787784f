import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess, type ServiceProcess } from './support/processes.js';
import { runCommand } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

/** Three processes: two that serve, and the command line that makes and revokes. */
describe('a revocation', () => {
  let stores: Stores;
  let services: ServiceProcess[];

  beforeAll(async () => {
    stores = await startStores();
    const limits = { RATE_LIMIT_PER_SECOND: '10000', RATE_LIMIT_BURST: '100000' };
    services = await Promise.all([startProcess(stores, limits), startProcess(stores, limits)]);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await stores.stop();
  });

  it('holds for the very next request in every process, under load', async () => {
    const made = await runCommand(stores, [
      ...['keys', 'create', '--user', 'ada@example.com', '--scopes', 'all', '--json'],
    ]);
    const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };

    let revoked = false;
    const after: number[] = [];
    const before: number[] = [];
    const load = services.flatMap(({ url }) =>
      Array.from({ length: 4 }, async () => {
        // Goes on until each has made requests that began after the revocation was confirmed.
        for (let late = 0; late < 50;) {
          const startedAfter = revoked;
          const { status } = await fetch(`${url}/v1/usage`, { headers: { 'x-api-key': key } });
          (startedAfter ? after : before).push(status);
          if (startedAfter) late += 1;
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const outcome = await runCommand(stores, ['keys', 'revoke', id]);
    revoked = true;
    await Promise.all(load);

    expect(outcome.stdout).toMatch(/refused from now on/u);
    expect(before.filter((status) => status === 200).length).toBeGreaterThan(8);
    expect(after).toHaveLength(8 * 50);
    expect(new Set(after)).toEqual(new Set([401]));
  });
});
