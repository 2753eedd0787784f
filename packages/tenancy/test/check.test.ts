import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { roleUrl } from '@nomo/local/testing';
import { type Client } from 'pg';
import { assertTenancy, checkTenancy } from '../src/check.js';
import { TenancyViolation } from '../src/errors.js';
import { type TenancyRules } from '../src/rules.js';
import { tenantPolicy } from '../src/sql.js';
import { API, asking, Fixture, rules, WORKER } from './fixture/database.js';

let fixture: Fixture;
let url: string;
let owner: Client;
beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  url = await fixture.createDatabase();
  owner = await fixture.connect(url);
});
afterEach(() => fixture.disconnect());

/** What is found after `sql`, as `kind subject`. */
async function foundAfter(sql: string, changed: Partial<TenancyRules> = {}): Promise<string[]> {
  await owner.query(sql);
  const findings = await checkTenancy(asking(owner), { ...rules, ...changed });
  return findings.map(({ kind, subject }) => `${kind} ${subject}`);
}

describe('checkTenancy', () => {
  it('finds nothing in a database that keeps to the rules, whoever asks', async () => {
    expect(await checkTenancy(asking(owner), rules)).toEqual([]);
    for (const role of [API, WORKER]) {
      const client = await fixture.connect(await roleUrl(url, role));
      expect(await checkTenancy(asking(client), rules)).toEqual([]);
    }
  });

  it('can be asked through Prisma', async () => {
    const client = await fixture.prisma(url, API, 1);
    await owner.query('ALTER TABLE desks NO FORCE ROW LEVEL SECURITY');
    const findings = await checkTenancy(
      (sql, params) => client.$queryRawUnsafe(sql, ...params),
      rules,
    );
    expect(findings.map(({ kind }) => kind)).toEqual(['policies-not-forced']);
  });

  it.each([
    ['ALTER TABLE notes DISABLE ROW LEVEL SECURITY', ['policies-not-enabled notes']],
    ['ALTER TABLE notes NO FORCE ROW LEVEL SECURITY', ['policies-not-forced notes']],
    ['DROP POLICY tenant ON notes; DROP POLICY system ON notes', ['policy-missing notes']],
    ['CREATE TABLE forgotten (id uuid)', ['table-unnamed forgotten']],
    [
      'CREATE SCHEMA other; CREATE TABLE other.hidden (id uuid)',
      ['table-unnamed other.hidden'],
    ],
    ['CREATE TABLE child () INHERITS (desks)', ['table-unnamed child']],
    ['DROP TABLE slugs', ['table-missing slugs']],
    [
      'ALTER TABLE notes ADD CONSTRAINT text_once UNIQUE (text, desk_id)',
      ['key-across-tenants text_once'],
    ],
    ['CREATE UNIQUE INDEX name_once ON desks (lower(name))', ['key-across-tenants name_once']],
    [
      'ALTER TABLE desks ADD CONSTRAINT name_apart EXCLUDE USING hash (name WITH =)',
      ['key-across-tenants name_apart'],
    ],
    ['CREATE UNIQUE INDEX local_once ON notes_p0 (text)', ['key-across-tenants local_once']],
    ['ALTER TABLE notes DROP CONSTRAINT notes_pkey', ['key-missing notes']],
    [
      'ALTER TABLE desks ADD parent uuid CONSTRAINT of_parent REFERENCES desks (id)',
      ['foreign-key-across-tenants of_parent'],
    ],
    [
      `ALTER TABLE notes DROP CONSTRAINT notes_desk_id_fkey;
      ALTER TABLE desks ADD other uuid;
      ALTER TABLE notes ADD from_desk uuid CONSTRAINT of_sender REFERENCES desks (id)`,
      ['foreign-key-across-tenants of_sender'],
    ],
    ['CREATE VIEW all_notes AS SELECT * FROM notes', ['view-as-owner all_notes']],
    [
      'CREATE VIEW all_notes WITH (security_invoker = off) AS SELECT * FROM notes',
      ['view-as-owner all_notes'],
    ],
    [
      `CREATE MATERIALIZED VIEW seen AS SELECT * FROM notes; GRANT SELECT ON seen TO ${API}`,
      ['materialized-view-granted seen'],
    ],
    [
      `CREATE FUNCTION peek(n integer) RETURNS bigint LANGUAGE sql SECURITY DEFINER
        RETURN (SELECT count(*) FROM notes WHERE id = n)`,
      ['function-as-owner peek(n integer)'],
    ],
    ['GRANT SELECT ON slugs TO PUBLIC', ['public-granted slugs']],
    ['GRANT SELECT (slug) ON slugs TO PUBLIC', ['public-granted slugs.slug']],
    [`GRANT TRUNCATE ON notes TO ${API}`, ['grant-beyond-policies notes']],
    [`GRANT REFERENCES (id) ON desks TO ${API}`, ['grant-beyond-policies desks.id']],
    [`GRANT TRIGGER ON slugs TO ${WORKER}`, ['grant-beyond-policies slugs']],
    [`GRANT MAINTAIN ON notes TO ${WORKER}`, ['grant-beyond-policies notes']],
    [`GRANT SELECT ON notes TO ${API} WITH GRANT OPTION`, ['grant-passed-on notes']],
    [`GRANT SELECT ON notes_p1 TO ${API}`, ['partition-granted notes_p1']],
    [`GRANT SELECT (text) ON notes_p1 TO ${WORKER}`, ['partition-granted notes_p1.text']],
    [
      `CREATE TABLE _prisma_migrations (id text); GRANT SELECT ON _prisma_migrations TO ${API}`,
      ['infrastructure-granted _prisma_migrations'],
    ],
    [`GRANT CREATE ON SCHEMA public TO ${API}`, [`role-creates-objects ${API}`]],
    [
      'GRANT CREATE ON SCHEMA public TO PUBLIC',
      [`role-creates-objects ${API}`, `role-creates-objects ${WORKER}`],
    ],
  ])('names what is wrong after %s', async (sql, expected) => {
    expect(await foundAfter(sql)).toEqual(expected);
  });

  it('names a tenant column that cannot bear a policy', async () => {
    await owner.query('CREATE TABLE loose (desk_id uuid, id integer, PRIMARY KEY (id))');
    expect(
      await foundAfter(
        'ALTER TABLE loose ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        {
          tenantTables: { ...rules.tenantTables, loose: 'desk_id' },
        },
      ),
    ).toEqual(['tenant-column loose', 'policy-missing loose', 'key-across-tenants loose_pkey']);
    expect(
      await foundAfter('ALTER TABLE loose RENAME desk_id TO other', {
        tenantTables: { ...rules.tenantTables, loose: 'desk_id' },
      }),
    ).toContain('tenant-column loose');
  });

  it('knows a column by a name that has to be quoted', async () => {
    const table = (tenantColumn: string): string =>
      `CREATE TABLE odd ("${tenantColumn}" uuid PRIMARY KEY);
      ${tenantPolicy({ table: 'odd', tenantColumn, systemRole: WORKER })}`;
    for (const column of ['user', 'tenantId']) {
      const tenantTables = { ...rules.tenantTables, odd: column };
      expect(await foundAfter(table(column), { tenantTables })).toEqual([]);
      await owner.query('DROP TABLE odd');
    }
  });

  it.each([
    ['TO PUBLIC USING (true)'],
    [`TO ${API} USING (true)`],
    [`TO ${WORKER}, ${API} USING (true)`],
    [`FOR SELECT USING (text = 'public')`],
    [`FOR INSERT TO ${API} WITH CHECK (true)`],
    [`FOR DELETE TO ${API} USING (id > 0)`],
    // Errs where no tenant is set, and takes '' for one.
    [`USING (desk_id = current_setting('app.tenant_id')::uuid)`],
    [`USING (desk_id::text = current_setting('app.tenant_id', true))`],
    // What may be seen is right, what may be written is not.
    [
      `USING (desk_id = nullif(current_setting('app.tenant_id', true), '')::uuid) WITH CHECK (true)`,
    ],
    // Somebody else's setting.
    [`USING (desk_id = nullif(current_setting('app.tenant', true), '')::uuid)`],
  ])('names a policy that lets more through: %s', async (policy) => {
    expect(await foundAfter(`CREATE POLICY more ON notes ${policy}`)).toEqual([
      'policy-wrong notes.more',
    ]);
  });

  it('lets a partition have policies, the right ones', async () => {
    expect(await foundAfter('CREATE POLICY more ON notes_p0 USING (true)')).toEqual([
      'policy-wrong notes_p0.more',
    ]);
  });

  it('has nothing against policies that only take away, or are for nobody who signs in', async () => {
    expect(
      await foundAfter(
        `CREATE POLICY less ON notes AS RESTRICTIVE TO ${API} USING (id > 0);
        CREATE POLICY sums ON notes TO CURRENT_USER USING (pg_trigger_depth() > 0);
        CREATE POLICY own_read ON notes FOR SELECT TO ${API}
          USING (desk_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
        CREATE POLICY own_write ON notes FOR INSERT TO ${API}
          WITH CHECK (desk_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
        CREATE VIEW mine WITH (security_invoker = true) AS SELECT * FROM notes;
        CREATE FUNCTION of_trigger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
          AS 'BEGIN RETURN NULL; END';
        REVOKE EXECUTE ON FUNCTION of_trigger() FROM PUBLIC;
        CREATE TEMPORARY TABLE draft (id uuid)`,
      ),
    ).toEqual([]);
  });

  describe('names a runtime role that', () => {
    const found = async (sql: string, undo: string): Promise<string[]> => {
      try {
        return await foundAfter(sql);
      } finally {
        await owner.query(undo);
      }
    };

    it.each([
      ['is a superuser', 'SUPERUSER', 'role-superuser'],
      ['may bypass policies', 'BYPASSRLS', 'role-bypasses-policies'],
      ['may create roles', 'CREATEROLE', 'role-creates-roles'],
      ['may create databases', 'CREATEDB', 'role-creates-databases'],
      ['may replicate', 'REPLICATION', 'role-replicates'],
    ])('%s', async (_, attribute, kind) => {
      for (const role of [API, WORKER]) {
        expect(
          await found(`ALTER ROLE ${role} ${attribute}`, `ALTER ROLE ${role} NO${attribute}`),
        ).toContain(`${kind} ${role}`);
      }
    });

    it('is a member of another role, by which it may read everything', async () => {
      expect(
        await found(`GRANT pg_read_all_data TO ${API}`, `REVOKE pg_read_all_data FROM ${API}`),
      ).toEqual([`role-is-member ${API}`]);
    });

    it.each([
      ['table', 'ALTER TABLE notes OWNER TO', 'table notes'],
      [
        'view',
        'CREATE VIEW mine WITH (security_invoker) AS SELECT 1; ALTER VIEW mine OWNER TO',
        'view mine',
      ],
      [
        'function',
        'CREATE FUNCTION own() RETURNS int RETURN 1; ALTER FUNCTION own() OWNER TO',
        'function own()',
      ],
      ['schema', 'CREATE SCHEMA other AUTHORIZATION', 'schema other'],
    ])('owns a %s', async (_, sql, owned) => {
      await owner.query(`${sql} ${API}`);
      const findings = await checkTenancy(asking(owner), rules);
      await owner.query(`REASSIGN OWNED BY ${API} TO postgres`);
      expect(findings).toContainEqual({
        kind: 'role-owns',
        subject: API,
        message: `The runtime role ${API} owns ${owned}.`,
      });
    });

    it('may create schemas in the database', async () => {
      const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
      const name = rows[0]?.name ?? '';
      expect(
        await found(
          `GRANT CREATE ON DATABASE ${name} TO ${API}`,
          `REVOKE CREATE ON DATABASE ${name} FROM ${API}`,
        ),
      ).toEqual([`role-creates-objects ${API}`]);
    });

    it('does not exist', async () => {
      const findings = await checkTenancy(asking(owner), {
        ...rules,
        runtimeRoles: [API, 'desk_gone'],
      });
      expect(findings).toEqual([
        { kind: 'role-missing', subject: 'desk_gone', message: 'There is no role desk_gone.' },
      ]);
    });
  });

  it('takes the exemptions that have a reason, and names those that have become needless', async () => {
    expect(
      await foundAfter(
        `CREATE UNIQUE INDEX name_once ON desks (name);
        CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN 1`,
        {
          securityDefiners: { 'peek()': 'counts, and tells nothing else' },
          crossTenantKeys: { name_once: 'names are public', gone: 'was public' },
        },
      ),
    ).toEqual(['exemption-unused gone']);
  });

  it('names a table that is in both lists', async () => {
    expect(
      await foundAfter('SELECT 1', {
        exemptTables: { ...rules.exemptTables, notes: 'why not' },
      }),
    ).toEqual(['table-named-twice notes']);
  });

  it('asks once', async () => {
    let asked = 0;
    await checkTenancy((sql, params) => {
      asked += 1;
      return asking(owner)(sql, params);
    }, rules);
    expect(asked).toBe(1);
  });
});

describe('assertTenancy', () => {
  it('throws an error that names every finding, and nothing when there is none', async () => {
    await expect(assertTenancy(asking(owner), rules)).resolves.toBeUndefined();
    await owner.query(
      'ALTER TABLE notes DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
    );
    const error: unknown = await assertTenancy(asking(owner), rules).catch(
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof TenancyViolation)) throw new Error('It has to throw');
    expect(error.code).toBe('ERR_TENANCY_VIOLATION');
    expect(error.findings.map(({ kind }) => kind)).toEqual([
      'policies-not-enabled',
      'policies-not-forced',
    ]);
    expect(error.message.split('\n')).toEqual([
      'The database does not keep tenants apart:',
      '  policies-not-enabled: Row-level security of the table notes is not enabled (ENABLE ROW LEVEL SECURITY).',
      '  policies-not-forced: Row-level security of the table notes does not hold for its owner (FORCE ROW LEVEL SECURITY).',
    ]);
  });
});
