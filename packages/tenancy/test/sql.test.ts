import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTenancy } from '../src/check.js';
import { readGrants } from '../src/grants.js';
import { grant, runtimeRole } from '../src/sql.js';
import { API, asking, Fixture, WORKER } from './fixture/database.js';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture.stop());
afterEach(() => fixture.disconnect());

describe('runtimeRole', () => {
  it('can be created by many databases of a server at once, and again', async () => {
    const urls = await Promise.all([fixture.createDatabase(), fixture.createDatabase()]);
    const clients = await Promise.all(
      Array.from({ length: 12 }, (_, index) => fixture.connect(urls[index % 2] ?? '')),
    );
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        clients.map((client) => client.query(runtimeRole(`desk_round_${round}`))),
      );
    }
    const { rows } = await fixture.connect(urls[0]).then((client) =>
      client.query(
        `SELECT bool_and(rolcanlogin AND NOT (rolsuper OR rolinherit OR rolcreaterole
            OR rolcreatedb OR rolreplication OR rolbypassrls)) AS harmless, count(*)::int
          FROM pg_roles WHERE rolname LIKE 'desk_round_%'`,
      ),
    );
    expect(rows).toEqual([{ harmless: true, count: 5 }]);
  });
});

describe('the template', () => {
  it('makes a database in which the check finds nothing', async () => {
    const client = await fixture.connect(await fixture.createEmptyDatabase());
    const template = path.join(import.meta.dirname, '../sql/template.sql');
    await client.query(readFileSync(template, 'utf8'));
    const findings = await checkTenancy(asking(client), {
      tenantTables: { shops: 'id', orders: 'shop_id' },
      exemptTables: {},
      runtimeRoles: ['shop_api'],
      systemRole: 'shop_worker',
    });
    expect(findings).toEqual([]);
  });
});

describe('readGrants', () => {
  it('tells what each role holds, columns by name, and what everybody holds', async () => {
    const client = await fixture.connect(await fixture.createDatabase());
    await client.query(
      `${grant({ role: API, table: 'slugs', verbs: ['SELECT', 'INSERT'], columns: ['slug', 'desk_id'] })}
      CREATE SEQUENCE numbers; GRANT USAGE ON SEQUENCE numbers TO ${WORKER};
      GRANT SELECT (slug) ON slugs TO PUBLIC;
      CREATE ROLE desk_idle`,
    );
    expect(await readGrants(asking(client), [API, WORKER, 'desk_idle'])).toEqual({
      [API]: {
        desks: { SELECT: '*', INSERT: '*', UPDATE: ['name'] },
        notes: { SELECT: '*', INSERT: '*', UPDATE: '*', DELETE: '*' },
        // What it has on the whole says more than what it has on the columns.
        slugs: { SELECT: '*', INSERT: ['desk_id', 'slug'] },
      },
      [WORKER]: {
        desks: { SELECT: '*', INSERT: '*', UPDATE: ['name'] },
        notes: { SELECT: '*', INSERT: '*', UPDATE: '*', DELETE: '*' },
        slugs: { SELECT: '*' },
        numbers: { USAGE: '*' },
      },
      desk_idle: {},
      PUBLIC: { slugs: { SELECT: ['slug'] } },
    });
  });
});
