import 'reflect-metadata';
import { AuditQueue } from '@nomo/audit';
import { generateApiKey } from '@nomo/security-core';
import { auditEvents, type Initiator } from '@nomo/vision-api/dist/audit/audit-events.js';
import { type Audit, AUDIT_QUEUE_PREFIX } from '@nomo/vision-api/dist/audit/audit.js';
import { KeysDatabase } from '@nomo/vision-api/dist/database/doors.js';
import { Pools } from '@nomo/vision-api/dist/database/pools.js';
import { KeysRepository } from '@nomo/vision-api/dist/keys/keys.repository.js';
import { serve } from '../../frame/serve.ts';
import { percentile } from '../../frame/statistics.ts';
import type { Environment } from '../../service/vision-api.ts';
import type { KeyChanges, Medians } from './contract.ts';

/** What the management API knows of a request. */
const initiator: Initiator = {
  actor: { type: 'operator', id: 'bench' },
  requestId: '0190a000-0000-7000-8000-000000000001',
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

/** Changes keys as the service does: the same repository, with what records events and with nothing there. */
serve<Environment, KeyChanges>(async (environment) => {
  const pools = new Pools(new Map([['keys', environment['DATABASE_URL_KEYS'] ?? '']]));
  const database = new KeysDatabase(pools.of('keys'));
  const queue = new AuditQueue({
    prefix: AUDIT_QUEUE_PREFIX,
    connection: {
      url: environment.REDIS_URL,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
    },
  });
  const silence: Audit = {
    recordAudit: () => Promise.resolve(''),
    recordBeside: async (_, change) => change,
  };
  const repositories = {
    recorded: new KeysRepository(database, auditEvents.announcedTo(queue.announce)),
    silent: new KeysRepository(database, silence),
  };
  const userId = await repositories.silent.userIdOf('changes@example.com', initiator);

  async function change(keys: KeysRepository): Promise<Medians> {
    const { id, secretHash } = generateApiKey({ mode: 'test' });
    const begin = performance.now();
    await keys.create(
      {
        id,
        userId,
        mode: 'test',
        name: 'bench',
        secretHash,
        scopes: ['faces:detect'],
        expiresAt: undefined,
      },
      initiator,
    );
    const created = performance.now();
    await keys.revoke(userId, id, new Date(), initiator);
    return { creating: created - begin, revoking: performance.now() - created };
  }

  return {
    methods: {
      async alternate(pairs) {
        const taken = { recorded: [] as Medians[], silent: [] as Medians[] };
        for (let pair = 0; pair < pairs; pair++) {
          const order = ['recorded', 'silent'] as const;
          for (const name of pair % 2 === 0 ? order : order.toReversed())
            taken[name].push(await change(repositories[name]));
        }
        return { recorded: medians(taken.recorded), silent: medians(taken.silent) };
      },
    },
    close: async () => {
      await queue.close();
      await pools.onApplicationShutdown();
    },
  };
});

function medians(all: readonly Medians[]): Medians {
  return {
    creating: percentile(
      all.map(({ creating }) => creating),
      0.5,
    ),
    revoking: percentile(
      all.map(({ revoking }) => revoking),
      0.5,
    ),
  };
}
