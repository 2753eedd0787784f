import 'reflect-metadata';
import { AuditDrain } from '@nomo/audit';
import { WorkerDatabase } from '@nomo/vision-api/dist/database/doors.js';
import { Pools } from '@nomo/vision-api/dist/database/pools.js';
import { Client } from 'pg';
import { serve } from '../../frame/serve.ts';
import type { Environment } from '../../service/vision-api.ts';
import type { AuditTrail } from './contract.ts';

export interface AuditTrailSetup {
  readonly environment: Environment;
  /** Signs in as the owner of the database: the outbox is filled past all policies. */
  readonly ownerUrl: string;
}

/** An event as `recordAudit` writes it, but for what tells it from the others. */
const [beforeName, afterName] = JSON.stringify({
  action: 'api_key.created',
  actor: { id: 'bench', type: 'operator' },
  details: { expiresAt: null, mode: 'test', name: '*', scopes: ['faces:detect'] },
  ip: '203.0.113.7',
  occurredAt: '2026-01-01T00:00:00.000Z',
  requestId: '0190a000-0000-7000-8000-000000000001',
  target: { id: 'nmk_test_0000000000000000000001', type: 'api_key' },
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
}).split('*');

/** Drains as the worker does: through its door, in pages of a thousand. */
serve<AuditTrailSetup, AuditTrail>(async ({ environment, ownerUrl }) => {
  const pools = new Pools(new Map([['worker', environment['DATABASE_URL_WORKER'] ?? '']]));
  const drain = new AuditDrain(new WorkerDatabase(pools.of('worker')));
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();

  return {
    methods: {
      async fill({ tenantId, events }) {
        await owner.query(
          `INSERT INTO audit_outbox (tenant_id, event_id, body)
           SELECT $1::uuid, uuidv7(), $2::text || number || $3::text
           FROM generate_series(1, $4::integer) AS number`,
          [tenantId, beforeName, afterName, events],
        );
        // What autovacuum would do sooner or later, and not while the drain is measured.
        await owner.query('VACUUM (ANALYZE) audit_outbox');
      },

      async drain({ tenantId, events }) {
        const processor = process.cpuUsage();
        const begin = performance.now();
        const { chained } = await drain.drain(tenantId);
        const seconds = (performance.now() - begin) / 1000;
        const { user, system } = process.cpuUsage(processor);
        if (chained !== events)
          throw new Error(`${String(chained)} of ${String(events)} events were chained`);
        return { seconds, processorSeconds: (user + system) / 1e6 };
      },
    },
    close: async () => {
      await owner.end();
      await pools.onApplicationShutdown();
    },
  };
});
