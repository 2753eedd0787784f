import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';

import { AuditDrain, verifyAudit } from '../src/index.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf } from './prisma.js';
import { recordThings } from './trail.js';

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
});

/** Starts a process that drains the tenant. Its output: `ready`, and how many events each page had. */
function startDrainer(
  tenantId: string,
  pageSize: number,
): ChildProcess & { output(): string[] } {
  const child = spawn(
    process.execPath,
    [
      path.join(import.meta.dirname, 'drainer.mjs'),
      urlFor(database, 'worker'),
      tenantId,
      String(pageSize),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return Object.assign(child, { output: () => text.split('\n').slice(0, -1) });
}

/** What a drain must leave: each event once, in the order in which it was recorded, in a whole chain. */
async function expectAllChained(tenantId: string, count: number): Promise<void> {
  const { rows } = await withPg(database.url, (client) =>
    client.query<{ inOrder: boolean; chained: number; distinct: number; waiting: number }>(
      `SELECT bool_and(details->>'name' = 'n' || (seq - 1)) AS "inOrder", count(*)::int AS chained,
         count(DISTINCT event_id)::int AS distinct,
         (SELECT count(*)::int FROM audit_outbox WHERE tenant_id = $1) AS waiting
       FROM audit_events WHERE tenant_id = $1`,
      [tenantId],
    ),
  );
  expect(rows).toEqual([{ inOrder: true, chained: count, distinct: count, waiting: 0 }]);
  const report = await verifyAudit(systemOf(worker), { tenant: tenantId });
  expect(report).toMatchObject({ events: count, findings: [] });
}

describe('several drains of one tenant', () => {
  it('in two processes, and twice in this one, chain each event once', async () => {
    const tenantId = randomUUID();
    const count = 3_000;
    await recordThings(api, tenantId, count);
    const children = [startDrainer(tenantId, 20), startDrainer(tenantId, 30)];
    const drain = new AuditDrain(systemOf(worker), { pageSize: 25 });
    const here = await Promise.all([drain.drain(tenantId), drain.drain(tenantId)]);
    for (const child of children) {
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode).toBe(0);
    }
    const there = children.flatMap((child) => child.output().slice(1).map(Number));
    const total = [...there, ...here.map(({ chained }) => chained)].reduce((a, b) => a + b, 0);
    expect(total).toBe(count);
    await expectAllChained(tenantId, count);
  });

  it('that begin a chain at the same time begin one chain', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 40);
    const drain = new AuditDrain(systemOf(worker), { pageSize: 7 });
    await Promise.all(Array.from({ length: 8 }, () => drain.drain(tenantId)));
    await expectAllChained(tenantId, 40);
  });

  it('killed at any point lose nothing and chain nothing twice', async () => {
    const tenantId = randomUUID();
    const kills = 24;
    let recorded = 0;
    let interrupted = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await recordThings(api, tenantId, 200, recorded);
      recorded += 200;
      const child = startDrainer(tenantId, 5);
      // Somewhere in its work: after a page that chance picks, and whatever it does just then.
      const page = randomInt(0, 12);
      while (child.output().length <= page && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (child.signalCode === 'SIGKILL') interrupted += 1;
      const { findings } = await verifyAudit(systemOf(worker), { tenant: tenantId });
      expect(findings).toEqual([]);
    }
    expect(interrupted).toBeGreaterThanOrEqual(20);
    await new AuditDrain(systemOf(worker)).drain(tenantId);
    await expectAllChained(tenantId, recorded);
    // Each of the processes has to start first, on a machine that may be busy.
  }, 300_000);
});
