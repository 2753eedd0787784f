import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';

import { createAuditDatabase, type roles, urlFor, withPg } from './database.js';

const tenant = '018f0000-0000-7000-8000-000000000001';
const other = '018f0000-0000-7000-8000-000000000002';
const zeros = '00'.repeat(32);

let database: TestDatabase;

beforeAll(async () => {
  database = await createAuditDatabase();
});

afterAll(() => database.drop());

/** What came of a statement in a transaction of a role, for a tenant: its rows, or the refusal. */
async function attempt(
  role: keyof typeof roles | 'superuser',
  sql: string,
  setTenant = tenant,
): Promise<string> {
  const url = role === 'superuser' ? database.url : urlFor(database, role);
  return withPg(url, async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [setTenant]);
    const result = await client.query(sql).then(
      ({ rowCount }) => `ok ${rowCount ?? 0}`,
      (error: unknown) => (error as { code: string }).code,
    );
    await client.query(result.startsWith('ok') ? 'COMMIT' : 'ROLLBACK');
    return result;
  });
}

const outboxRow = (id: string): string =>
  `INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES ('${id}', gen_random_uuid(), '{}')`;
const eventRow = (id: string, seq: number): string =>
  `INSERT INTO audit_events (tenant_id, seq, event_id, occurred_at, action, actor_type, actor_id, target_type, target_id, details, hash)
   VALUES ('${id}', ${seq}, gen_random_uuid(), now(), 'a.b', 'user', 'u', 't', 'i', '{}', decode('${zeros}', 'hex'))`;

const refused = '42501';
const appendOnly = '23001';

describe('the rights of the roles', () => {
  it('a runtime role writes to the outbox for its own tenant only', async () => {
    expect(await attempt('api', outboxRow(tenant))).toBe('ok 1');
    expect(await attempt('api', outboxRow(other))).toBe(refused);
    expect(await attempt('api', outboxRow(tenant), '')).toBe(refused);
    expect(await attempt('stranger', outboxRow(tenant))).toBe(refused);
  });

  it.each([
    'SELECT * FROM audit_outbox',
    'UPDATE audit_outbox SET body = body',
    'DELETE FROM audit_outbox',
    'TRUNCATE audit_outbox',
    eventRow(tenant, 1),
    'UPDATE audit_events SET action = action',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'SELECT * FROM audit_events_p0',
    'SELECT * FROM audit_heads',
    'DELETE FROM audit_heads',
    'SELECT * FROM audit_quarantine',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
  ])('a runtime role cannot %s', async (sql) => {
    expect(await attempt('api', sql)).toBe(refused);
  });

  it.each([
    'UPDATE audit_outbox SET body = body',
    'TRUNCATE audit_outbox',
    'UPDATE audit_events SET action = action',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events_p3',
    'DELETE FROM audit_heads',
    'TRUNCATE audit_heads',
    'UPDATE audit_quarantine SET body = body',
    'DELETE FROM audit_quarantine',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'SET session_replication_role = replica',
  ])('the worker cannot %s', async (sql) => {
    expect(await attempt('worker', sql)).toBe(refused);
  });

  it('a tenant reads its own events and no others', async () => {
    expect(await attempt('worker', eventRow(tenant, 1))).toBe('ok 1');
    expect(await attempt('worker', eventRow(other, 1))).toBe('ok 1');
    expect(await attempt('api', 'SELECT * FROM audit_events')).toBe('ok 1');
    expect(await attempt('api', 'SELECT * FROM audit_events', other)).toBe('ok 1');
    expect(await attempt('api', 'SELECT * FROM audit_events', '')).toBe('ok 0');
    expect(
      await attempt('api', `SELECT * FROM audit_events WHERE tenant_id = '${other}'`),
    ).toBe('ok 0');
    expect(await attempt('worker', 'SELECT * FROM audit_events')).toBe('ok 2');
    expect(await attempt('stranger', 'SELECT * FROM audit_events')).toBe(refused);
  });
});

describe('the append-only tables', () => {
  const headRow = (seq: number): string =>
    `INSERT INTO audit_heads VALUES ('${tenant}', ${seq}, decode('${zeros}', 'hex'))`;

  it('refuse even a superuser, on the parent and on each partition', async () => {
    expect(await attempt('worker', eventRow(tenant, 2))).toBe('ok 1');
    for (const table of [
      'audit_events',
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `audit_events_p${n}`),
    ]) {
      expect(await attempt('superuser', `TRUNCATE ${table}`)).toBe(appendOnly);
    }
    expect(await attempt('superuser', `UPDATE audit_events SET action = 'x.y'`)).toBe(
      appendOnly,
    );
    expect(await attempt('superuser', 'DELETE FROM audit_events')).toBe(appendOnly);
    const partition = await withPg(database.url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'SELECT tableoid::regclass::text AS name FROM audit_events WHERE tenant_id = $1 LIMIT 1',
        [tenant],
      );
      return rows[0]?.name ?? '';
    });
    expect(await attempt('superuser', `DELETE FROM ${partition}`)).toBe(appendOnly);
    expect(await attempt('superuser', `UPDATE ${partition} SET action = 'x.y'`)).toBe(
      appendOnly,
    );
  });

  it('refuse a session that pretends to be a replica', async () => {
    const sql = (statement: string): string =>
      `SET LOCAL session_replication_role = replica; ${statement}`;
    expect(await attempt('superuser', sql('DELETE FROM audit_events'))).toBe(appendOnly);
    expect(await attempt('superuser', sql('TRUNCATE audit_events_p1'))).toBe(appendOnly);
  });

  it('let a head move only by what was appended', async () => {
    expect(await attempt('worker', headRow(2))).toBe(appendOnly);
    expect(await attempt('worker', headRow(0))).toBe('ok 1');
    const move = (seq: number, hash = zeros): string =>
      `UPDATE audit_heads SET seq = ${seq}, hash = decode('${hash}', 'hex') WHERE tenant_id = '${tenant}'`;
    expect(await attempt('worker', move(3))).toBe(appendOnly);
    expect(await attempt('worker', move(2, '11'.repeat(32)))).toBe(appendOnly);
    expect(await attempt('worker', move(2))).toBe('ok 1');
    expect(await attempt('worker', move(2))).toBe(appendOnly);
    expect(await attempt('worker', move(1))).toBe(appendOnly);
    expect(await attempt('worker', eventRow(tenant, 4))).toBe('ok 1');
    expect(await attempt('worker', move(4))).toBe(appendOnly);
    expect(await attempt('superuser', move(4))).toBe(appendOnly);
    expect(await attempt('superuser', 'DELETE FROM audit_heads')).toBe(appendOnly);
    expect(await attempt('superuser', 'TRUNCATE audit_heads')).toBe(appendOnly);
  });
});
