import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { AsyncResource } from 'node:async_hooks';
import { roleUrl } from '@nomo/local/testing';
import { type Transaction } from '../src/client.js';
import { SystemDatabase } from '../src/system-database.js';
import { TenantDatabase } from '../src/tenant-database.js';
import { ALICE, API, BOB, Fixture, WORKER } from './fixture/database.js';
import { type PrismaClient } from './generated/prisma/client.js';

/** Made here, outside of every transaction: work that is run in it has begun out here. */
const elsewhere = new AsyncResource('elsewhere');

let fixture: Fixture;
let url: string;
/** One connection: whatever a transaction leaves on it, the next one finds. */
let client: PrismaClient;
let database: TenantDatabase<PrismaClient>;
beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  url = await fixture.createDatabase();
  client = await fixture.prisma(url, API, 1);
  database = new TenantDatabase(client);
});
afterEach(() => fixture.disconnect());

type Tx = Transaction<PrismaClient>;
const texts = async (tx: Tx): Promise<string[]> =>
  (await tx.note.findMany({ orderBy: [{ deskId: 'asc' }, { id: 'asc' }] })).map(
    ({ text }) => text,
  );
const everything = async (): Promise<string[]> => {
  const owner = await fixture.connect(url);
  const { rows } = await owner.query<{ text: string }>('SELECT text FROM notes ORDER BY text');
  return rows.map(({ text }) => text);
};

describe('withTenant', () => {
  it('sees the rows of its tenant and no others, by the client and by raw SQL', async () => {
    expect(await database.withTenant(ALICE, texts)).toEqual(['of Alice']);
    expect(await database.withTenant(BOB.toUpperCase(), texts)).toEqual(['of Bob']);
    await database.withTenant(ALICE, async (tx) => {
      expect(await tx.desk.findMany()).toEqual([{ id: ALICE, name: 'Alice' }]);
      expect(await tx.note.findMany({ where: { deskId: BOB } })).toEqual([]);
      expect(await tx.note.count()).toBe(1);
      expect(await tx.$queryRaw`SELECT text FROM notes`).toEqual([{ text: 'of Alice' }]);
      expect(await tx.$queryRaw`SELECT text FROM notes WHERE desk_id = ${BOB}::uuid`).toEqual(
        [],
      );
    });
  });

  it('leaves its tenant behind on no connection', async () => {
    await database.withTenant(ALICE, texts);
    expect(await client.note.findMany()).toEqual([]);
    expect(
      await client.$queryRaw`SELECT current_setting('app.tenant_id', true) AS left`,
    ).toEqual([{ left: '' }]);
  });

  it("changes and removes none of another's", async () => {
    await database.withTenant(ALICE, async (tx) => {
      expect(await tx.note.updateMany({ data: { text: 'mine' } })).toEqual({ count: 1 });
      const ofBob = { where: { deskId: BOB } };
      expect(await tx.note.updateMany({ ...ofBob, data: { text: 'mine' } })).toEqual({
        count: 0,
      });
      expect(await tx.note.deleteMany(ofBob)).toEqual({ count: 0 });
      expect(await tx.$executeRaw`UPDATE notes SET text = 'mine' WHERE id = 1`).toBe(1);
      expect(await tx.$executeRaw`DELETE FROM notes WHERE desk_id = ${BOB}::uuid`).toBe(0);
    });
    expect(await everything()).toEqual(['mine', 'of Bob']);
  });

  it('adds nothing to another tenant, and moves nothing there', async () => {
    await expect(
      database.withTenant(ALICE, (tx) =>
        tx.note.create({ data: { deskId: BOB, id: 2, text: 'planted' } }),
      ),
    ).rejects.toThrow(/row-level security/);
    await expect(
      database.withTenant(ALICE, (tx) => tx.note.updateMany({ data: { deskId: BOB, id: 3 } })),
    ).rejects.toThrow(/row-level security/);
    await database.withTenant(ALICE, (tx) =>
      tx.note.create({ data: { deskId: ALICE, id: 2, text: 'second' } }),
    );
    expect(await everything()).toEqual(['of Alice', 'of Bob', 'second']);
  });

  it('leaves nothing behind of work that failed', async () => {
    const failure = new Error('no');
    await expect(
      database.withTenant(ALICE, async (tx) => {
        await tx.note.create({ data: { deskId: ALICE, id: 2, text: 'second' } });
        throw failure;
      }),
    ).rejects.toBe(failure);
    await expect(
      database.withTenant(ALICE, async (tx) => {
        await tx.note.create({ data: { deskId: ALICE, id: 2, text: 'second' } });
        await tx.$queryRaw`SELECT 1 / 0`;
      }),
    ).rejects.toThrow(/division by zero/);
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
    expect(await client.note.findMany()).toEqual([]);
    expect(await database.withTenant(BOB, texts)).toEqual(['of Bob']);
  });

  it('does not call it a success when a failed statement has undone everything', async () => {
    const swallowed = database.withTenant(ALICE, async (tx) => {
      await tx.note.create({ data: { deskId: ALICE, id: 2, text: 'second' } });
      await tx.note.create({ data: { deskId: ALICE, id: 1, text: 'again' } }).catch(() => null);
      return 'saved';
    });
    await expect(swallowed).rejects.toMatchObject({ code: 'ERR_TRANSACTION_ABORTED' });
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
  });

  it('is rolled back when it takes too long, and gives its connection back', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = database.withTenant(
      ALICE,
      async (tx) => {
        await tx.note.create({ data: { deskId: ALICE, id: 2, text: 'second' } });
        await released;
      },
      { timeoutMs: 100 },
    );
    slow.catch(() => undefined);
    // There is one connection, and the slow one does not have it any more.
    expect(await database.withTenant(BOB, texts)).toEqual(['of Bob']);
    release();
    await expect(slow).rejects.toMatchObject({ code: 'P2028' });
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
  });

  it('fails when no connection becomes free', async () => {
    await database.withoutTenant(async () => {
      // As another request would.
      await expect(
        elsewhere.runInAsyncScope(() => database.withTenant(ALICE, texts, { maxWaitMs: 50 })),
      ).rejects.toMatchObject({ code: 'P2028' });
    });
  });

  it('hands out a transaction that is of no use after its end', async () => {
    const kept = await database.withTenant(ALICE, async (tx) => {
      await texts(tx);
      // In an object: a transaction is no promise, and must not be taken for one.
      return { tx };
    });
    await expect(kept.tx.note.findMany()).rejects.toMatchObject({ code: 'P2028' });
    await expect(kept.tx.$queryRaw`SELECT text FROM notes`).rejects.toMatchObject({
      code: 'P2028',
    });
  });

  it('keeps two tenants apart on a few connections that hundreds share', async () => {
    const shared = new TenantDatabase(await fixture.prisma(url, API, 4));
    const seen = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const [tenant, own] = index % 2 === 0 ? [ALICE, 'of Alice'] : [BOB, 'of Bob'];
        const found: string[] = [];
        const work = shared.withTenant(
          tenant,
          async (tx) => {
            found.push(...(await texts(tx)));
            await tx.note.create({ data: { deskId: tenant, id: 1000 + index, text: own } });
            found.push(...(await texts(tx)));
            if (index % 7 === 0) throw new Error('rolled back');
          },
          { maxWaitMs: 30_000, timeoutMs: 30_000 },
        );
        await work.catch((error: unknown) => {
          if (!(error instanceof Error) || error.message !== 'rolled back') throw error;
        });
        return found.length >= 3 && found.every((text) => text === own);
      }),
    );
    expect(seen.filter(Boolean)).toHaveLength(200);
    const kept = Array.from({ length: 200 }, (_, index) => index).filter((n) => n % 7 !== 0);
    expect(await everything()).toHaveLength(2 + kept.length);
  });
});

describe('no tenant', () => {
  it('shows nothing of any: never set, set to nothing, or through withoutTenant', async () => {
    const stranger = await fixture.connect(await roleUrl(url, API));
    const rowsOf = async (): Promise<number | null> =>
      (await stranger.query('SELECT FROM notes')).rowCount;
    expect(await rowsOf()).toBe(0);
    await stranger.query(`SET app.tenant_id = ''`);
    expect(await rowsOf()).toBe(0);
    await stranger.query(`SET app.tenant_id = '${BOB}'`);
    expect(await rowsOf()).toBe(1);
    await stranger.query(`RESET app.tenant_id`);
    expect(await rowsOf()).toBe(0);

    expect(await client.note.findMany()).toEqual([]);
    expect(await database.withoutTenant(texts)).toEqual([]);
    expect(await database.withoutTenant((tx) => tx.slug.count())).toBe(2);
    await expect(
      database.withoutTenant((tx) =>
        tx.note.create({ data: { deskId: ALICE, id: 2, text: 'planted' } }),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it('holds for the owner of the tables as well', async () => {
    const owner = await fixture.connect(url);
    // The owner here is a superuser, whom nothing holds; so it hands the table over.
    await owner.query('CREATE ROLE desk_owner; ALTER TABLE notes OWNER TO desk_owner');
    try {
      await owner.query('GRANT USAGE ON SCHEMA public TO desk_owner; SET ROLE desk_owner');
      expect((await owner.query('SELECT FROM notes')).rowCount).toBe(0);
      await owner.query(
        'RESET ROLE; ALTER TABLE notes NO FORCE ROW LEVEL SECURITY; SET ROLE desk_owner',
      );
      expect((await owner.query('SELECT FROM notes')).rowCount).toBe(2);
    } finally {
      await owner.query('RESET ROLE; REASSIGN OWNED BY desk_owner TO postgres');
      await owner.query('DROP OWNED BY desk_owner; DROP ROLE desk_owner');
    }
  });
});

describe('what is set inside a transaction', () => {
  it.each([
    `SET app.tenant_id = '${BOB}'`,
    `SET SESSION app.tenant_id = '${BOB}'`,
    `SELECT set_config('app.tenant_id', '${BOB}', false)`,
    `SET LOCAL app.tenant_id = '${BOB}'`,
    'RESET app.tenant_id',
    'RESET ALL',
    'DISCARD PLANS',
  ])('does not reach the next one on the connection: %s', async (statement) => {
    await database.withTenant(ALICE, (tx) => tx.$executeRawUnsafe(statement));
    expect(await database.withoutTenant(texts)).toEqual([]);
    expect(await database.withTenant(ALICE, texts)).toEqual(['of Alice']);
    const system = new SystemDatabase(client);
    expect(await system.asSystem('a role that is none', texts)).toEqual([]);
  });

  it('opens nothing: no other role, no way around the policies', async () => {
    for (const statement of [
      `SET ROLE ${WORKER}`,
      'SET ROLE postgres',
      'SET SESSION AUTHORIZATION postgres',
      'ALTER TABLE notes NO FORCE ROW LEVEL SECURITY',
      'DROP POLICY tenant ON notes',
      `ALTER ROLE ${API} BYPASSRLS`,
      'TRUNCATE notes',
      'SELECT * FROM notes_p0',
    ]) {
      await expect(
        database.withTenant(ALICE, (tx) => tx.$executeRawUnsafe(statement)),
      ).rejects.toThrow(/permission denied|must be owner/);
    }
    await expect(
      database.withTenant(ALICE, async (tx) => {
        await tx.$executeRaw`SET LOCAL row_security = off`;
        await texts(tx);
      }),
    ).rejects.toThrow(/affected by row-level security/);
  });
});

describe('asSystem', () => {
  it('sees and writes the rows of every tenant, with its own role', async () => {
    const system = new SystemDatabase(await fixture.prisma(url, WORKER, 1));
    expect(await system.asSystem('sweep', texts)).toEqual(['of Alice', 'of Bob']);
    await system.asSystem('sweep', (tx) => tx.note.updateMany({ data: { text: 'swept' } }));
    expect(await everything()).toEqual(['swept', 'swept']);
  });

  it('shows its reason in PostgreSQL while it runs, and not after', async () => {
    const worker = await fixture.prisma(url, WORKER, 1);
    const nameOf = async (tx: Tx): Promise<unknown> =>
      tx.$queryRaw`SELECT application_name AS name FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
    expect(await new SystemDatabase(worker).asSystem('sweep the desks', nameOf)).toEqual([
      { name: 'sweep the desks' },
    ]);
    expect(await nameOf(worker)).toEqual([{ name: '' }]);
  });
});
