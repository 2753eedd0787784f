import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';

import { AuditDrain } from '../src/index.js';
import { audit, context } from './catalogue.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf, tenantsOf } from './prisma.js';

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
let drain: AuditDrain;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  drain = new AuditDrain(systemOf(worker));
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
});

async function record(tenantId: string, count: number, from = 0): Promise<void> {
  await tenantsOf(api).withTenant(tenantId, async (tx) => {
    for (let number = from; number < from + count; number += 1) {
      await audit.recordAudit(tx, {
        ...context(tenantId),
        action: 'thing.created',
        details: { name: `n${number}` },
        requestId: 'r1',
        ip: '::1',
        userAgent: 'curl/8',
      });
    }
  });
}

describe('the drain', () => {
  it('chains what waits, in the order in which it was recorded', async () => {
    const tenantId = randomUUID();
    await record(tenantId, 5);
    expect(await drain.drain(tenantId)).toEqual({ chained: 5, quarantined: 0, repeated: 0 });
    expect(await drain.drain(tenantId)).toEqual({ chained: 0, quarantined: 0, repeated: 0 });
    const { rows } = await withPg(database.url, (client) =>
      client.query<{ seq: string; name: string }>(
        `SELECT seq, details->>'name' AS name FROM audit_events WHERE tenant_id = $1 ORDER BY seq`,
        [tenantId],
      ),
    );
    expect(rows).toEqual([0, 1, 2, 3, 4].map((n) => ({ seq: String(n + 1), name: `n${n}` })));
  });
});
