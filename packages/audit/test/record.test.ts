import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';
import { generateApiKey } from '@nomo/security-core/api-key';

import { AuditEventRefused } from '../src/index.js';
import { audit, context } from './catalogue.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, tenantsOf } from './prisma.js';

let database: TestDatabase;
let api: RawClient;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
});

afterAll(async () => {
  await api.$disconnect();
  await database.drop();
});

async function counts(tenantId: string): Promise<{ things: number; events: number }> {
  return withPg(database.url, async (client) => {
    const { rows } = await client.query<{ things: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM things WHERE tenant_id = $1) AS things,
        (SELECT count(*)::int FROM audit_outbox WHERE tenant_id = $1) AS events`,
      [tenantId],
    );
    return rows[0] ?? { things: -1, events: -1 };
  });
}

/** A change of state, its event, and whatever happens after both. */
async function createThing(
  events: Pick<typeof audit, 'recordAudit'>,
  tenantId: string,
  name: string,
  after: () => void = () => undefined,
): Promise<string> {
  return tenantsOf(api).withTenant(tenantId, async (tx) => {
    await tx.$executeRaw`INSERT INTO things VALUES (${tenantId}::uuid, gen_random_uuid(), 'n')`;
    const eventId = await events.recordAudit(tx, {
      ...context(tenantId),
      action: 'thing.created',
      details: { name },
    });
    after();
    return eventId;
  });
}

describe('recording an event', () => {
  it('commits with the change that it tells of', async () => {
    const tenantId = randomUUID();
    const eventId = await createThing(audit, tenantId, 'first');
    expect(eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/u);
    expect(await counts(tenantId)).toEqual({ things: 1, events: 1 });
  });

  it('rolls back with it', async () => {
    const tenantId = randomUUID();
    const attempt = createThing(audit, tenantId, 'first', () => {
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    expect(await counts(tenantId)).toEqual({ things: 0, events: 0 });
  });

  it.each([
    ['ERR_AUDIT_TOO_LARGE', 'x'.repeat(70_000)],
    ['ERR_AUDIT_SECRET', generateApiKey({ mode: 'test' }).key.reveal()],
    ['ERR_AUDIT_INVALID_TEXT', 'a\0b'],
  ])('refused with %s, the change does not happen either', async (code, name) => {
    const tenantId = randomUUID();
    const error = await createThing(audit, tenantId, name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuditEventRefused);
    expect(error).toMatchObject({ code });
    expect(await counts(tenantId)).toEqual({ things: 0, events: 0 });
  });

  it('cannot be written for another tenant', async () => {
    const tenantId = randomUUID();
    const other = randomUUID();
    const attempt = tenantsOf(api).withTenant(tenantId, (tx) =>
      audit.recordAudit(tx, { ...context(other), action: 'thing.removed' }),
    );
    await expect(attempt).rejects.toThrow('row-level security');
    expect(await counts(other)).toEqual({ things: 0, events: 0 });
  });

  it.each([
    ['commits with the change that it is recorded beside', 'first', { things: 1, events: 1 }],
    ['refused beside a change, takes it back', 'a\0b', { things: 0, events: 0 }],
  ])('%s', async (_, name, expected) => {
    const tenantId = randomUUID();
    const event = {
      ...context(tenantId),
      action: 'thing.created' as const,
      details: { name },
    };
    const made = tenantsOf(api).withTenant(tenantId, (tx) =>
      audit.recordBeside(
        tx,
        tx.$executeRaw`INSERT INTO things VALUES (${tenantId}::uuid, gen_random_uuid(), 'n')`,
        event,
      ),
    );
    if (expected.things === 0) await expect(made).rejects.toThrow(AuditEventRefused);
    else expect(await made).toBe(1);
    expect(await counts(tenantId)).toEqual(expected);
  });

  it('is taken back with a change that fails beside it, and nobody hears of it', async () => {
    const tenantId = randomUUID();
    const announced: string[] = [];
    const events = audit.announcedTo((tenant) => void announced.push(tenant));
    const made = tenantsOf(api).withTenant(tenantId, (tx) =>
      events.recordBeside(tx, tx.$executeRaw`INSERT INTO things VALUES ('no uuid')`, {
        ...context(tenantId),
        action: 'thing.removed',
      }),
    );
    await expect(made).rejects.toThrow('uuid');
    // Whatever was still to be sent has had its chance.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await counts(tenantId)).toEqual({ things: 0, events: 0 });
    expect(announced).toEqual([]);
    // Nor is anything left on the connection for whoever has it next.
    const next = randomUUID();
    await createThing(audit, next, 'next');
    expect(await counts(next)).toEqual({ things: 1, events: 1 });
  });

  it('is announced once it is committed, and never if it is not', async () => {
    const tenantId = randomUUID();
    const announced: string[] = [];
    const events = audit.announcedTo((tenant) => void announced.push(tenant));
    await createThing(events, tenantId, 'first', () => {
      expect(announced).toEqual([]);
    });
    expect(announced).toEqual([tenantId]);
    await createThing(events, tenantId, 'second', () => {
      throw new Error('changed my mind');
    }).catch(() => undefined);
    expect(announced).toEqual([tenantId]);
  });
});
