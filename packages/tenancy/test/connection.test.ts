import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { roleUrl } from '@nomo/local/testing';
import { type ClientConfig } from 'pg';
import { TransactionConnection } from '../src/connection.js';
import { type Transaction } from '../src/client.js';
import { writeBehind } from '../src/lib/transactions.js';
import { statementNames } from '../src/statement-names.js';
import { TenantDatabase } from '../src/tenant-database.js';
import { ALICE, API, BOB, Fixture } from './fixture/database.js';
import { PrismaClient } from './generated/prisma/client.js';

type Tx = Transaction<PrismaClient>;

const INSERT = 'INSERT INTO notes (desk_id, id, text) VALUES ($1::uuid, $2::integer, $3)';

/** What was sent over any connection, in its order. */
const sent: string[] = [];

class HeardConnection extends TransactionConnection {
  constructor(config?: string | ClientConfig) {
    super(config);
    const { query } = this;
    this.query = ((...args: [{ text?: string }]) => {
      sent.push(args[0].text ?? '');
      return (query as (...all: unknown[]) => unknown)(...args);
    }) as typeof query;
  }
}

let fixture: Fixture;
let url: string;
let client: PrismaClient;
let database: TenantDatabase<PrismaClient>;

async function open(max: number): Promise<PrismaClient> {
  const connectionString = await roleUrl(url, API);
  return new PrismaClient({
    adapter: new PrismaPg(
      { connectionString, max, Client: HeardConnection },
      { statementNameGenerator: statementNames() },
    ),
  });
}

beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  url = await fixture.createDatabase();
  client = await open(1);
  database = new TenantDatabase(client);
  sent.length = 0;
});
afterEach(async () => {
  await client.$disconnect();
  await fixture.disconnect();
});

async function everything(): Promise<string[]> {
  const owner = await fixture.connect(url);
  const { rows } = await owner.query<{ text: string }>('SELECT text FROM notes ORDER BY text');
  return rows.map(({ text }) => text);
}
const texts = async (tx: Tx): Promise<string[]> =>
  (await tx.note.findMany({ orderBy: { id: 'asc' } })).map(({ text }) => text);
const add = (tx: Tx, id: number): Promise<unknown> =>
  tx.note.create({ data: { deskId: ALICE, id, text: `note ${id}` } });

describe('a transaction over a TransactionConnection', () => {
  it('is asked nothing before its commit', async () => {
    await database.withTenant(ALICE, (tx) => add(tx, 2));
    expect(sent).toHaveLength(4);
    expect(sent[0]).toBe('BEGIN');
    expect(sent[1]).toMatch(/set_config\('app\.tenant_id'/u);
    expect(sent[2]).toMatch(/^INSERT/u);
    expect(sent[3]).toBe('COMMIT');
    expect(await everything()).toEqual(['note 2', 'of Alice', 'of Bob']);
  });

  it.each<[string, (tx: Tx) => unknown]>([
    ['of a model', (tx) => add(tx, 1).catch(() => null)],
    ['of raw SQL', async (tx) => tx.$queryRaw`SELECT 1 / 0`.catch(() => null)],
    ['of unsafe SQL', async (tx) => tx.$executeRawUnsafe('nonsense').catch(() => null)],
    [
      'of a nested write',
      (tx) =>
        tx.desk
          .update({ where: { id: ALICE }, data: { notes: { create: { id: 1, text: 'x' } } } })
          .catch(() => null),
    ],
    [
      'of many',
      (tx) =>
        tx.note.createMany({ data: [{ deskId: ALICE, id: 1, text: 'x' }] }).catch(() => null),
    ],
    ['of what was written behind', (tx) => writeBehind(tx, INSERT, [BOB, 9, 'planted'])],
  ])('is no success after a failure %s was swallowed', async (_, fail) => {
    const swallowed = database.withTenant(ALICE, async (tx) => {
      await add(tx, 2);
      await fail(tx);
      return 'saved';
    });
    await expect(swallowed).rejects.toThrow();
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
    // The connection is as good as before.
    expect(await database.withTenant(BOB, texts)).toEqual(['of Bob']);
  });

  it('keeps what it says that it keeps where nobody waits for a failure', async () => {
    const outcome = await database
      .withTenant(ALICE, async (tx) => {
        await add(tx, 2);
        void add(tx, 1).catch(() => null);
        return 'saved';
      })
      .catch(() => 'failed');
    // The failure may come before the commit or after it.
    const kept = await everything();
    expect(kept).toEqual(
      outcome === 'saved' ? ['note 2', 'of Alice', 'of Bob'] : ['of Alice', 'of Bob'],
    );
  });

  it('says that it was aborted where the work has kept the cause to itself', async () => {
    await expect(
      database.withTenant(ALICE, (tx) => add(tx, 1).catch(() => null)),
    ).rejects.toMatchObject({ code: 'ERR_TRANSACTION_ABORTED' });
  });

  it('does not stumble over a statement that was first prepared after a failure', async () => {
    for (const id of [2, 3]) {
      const swallowed = database.withTenant(ALICE, async (tx) => {
        await tx.$queryRaw`SELECT 1 / 0`.catch(() => null);
        await tx.note.count().catch(() => null);
        await writeBehind(tx, INSERT, [ALICE, id, 'behind']);
      });
      await expect(swallowed).rejects.toThrow();
    }
    await database.withTenant(ALICE, async (tx) => {
      await writeBehind(tx, INSERT, [ALICE, 2, 'behind']);
      expect(await tx.note.count()).toBe(2);
    });
  });

  it('keeps two tenants apart on a few connections that hundreds share', async () => {
    const shared = await open(4);
    try {
      const doors = new TenantDatabase(shared);
      const seen = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const [tenant, own] = index % 2 === 0 ? [ALICE, 'of Alice'] : [BOB, 'of Bob'];
          const found: string[] = [];
          const work = doors.withTenant(
            tenant,
            async (tx) => {
              found.push(...(await texts(tx)));
              await writeBehind(tx, INSERT, [tenant, 1000 + index, own]);
              if (index % 7 === 0) throw new Error('rolled back');
              if (index % 5 === 0) found.push(...(await texts(tx)));
            },
            { maxWaitMs: 30_000, timeoutMs: 30_000 },
          );
          await work.catch((error: unknown) => {
            if (!(error instanceof Error) || error.message !== 'rolled back') throw error;
          });
          return found.length >= 1 && found.every((text) => text === own);
        }),
      );
      expect(seen.filter(Boolean)).toHaveLength(200);
      const kept = Array.from({ length: 200 }, (_, index) => index).filter((n) => n % 7 !== 0);
      expect(await everything()).toHaveLength(2 + kept.length);
    } finally {
      await shared.$disconnect();
    }
  });
});

describe('writeBehind', () => {
  it('is committed with the rest, in its order', async () => {
    await database.withTenant(ALICE, async (tx) => {
      await writeBehind(tx, INSERT, [ALICE, 2, 'second']);
      expect(await texts(tx)).toEqual(['of Alice', 'second']);
      await tx.note.updateMany({ where: { id: 2 }, data: { text: 'changed' } });
      await writeBehind(tx, INSERT, [ALICE, 3, 'third']);
    });
    expect(await everything()).toEqual(['changed', 'of Alice', 'of Bob', 'third']);
  });

  it('fails what comes next by its own error, and the commit if nothing does', async () => {
    const again = [ALICE, 1, 'again'] as const;
    await expect(
      database.withTenant(ALICE, async (tx) => {
        await writeBehind(tx, INSERT, again);
        await texts(tx);
      }),
    ).rejects.toThrow(/[Uu]nique constraint/u);
    await expect(
      database.withTenant(ALICE, (tx) => writeBehind(tx, INSERT, again)),
    ).rejects.toMatchObject({
      code: 'ERR_WRITE_BEHIND_FAILED',
      meta: { driverAdapterError: { cause: { originalCode: '23505' } } },
    });
    await expect(
      database.withTenant(ALICE, (tx) => writeBehind(tx, INSERT, [BOB, 9, 'planted'])),
    ).rejects.toThrow(/row-level security/u);
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
  });

  it("never reaches the transaction that has the connection next, another tenant's", async () => {
    let kept: Tx | undefined;
    await database.withTenant(ALICE, (tx) => {
      kept = tx;
      return Promise.resolve();
    });
    await database.withTenant(BOB, async (tx) => {
      await texts(tx);
      if (kept === undefined) throw new Error('no transaction was handed out');
      await expect(writeBehind(kept, INSERT, [BOB, 9, 'planted'])).rejects.toMatchObject({
        code: 'P2028',
      });
    });
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
  });

  it('does not either when the work goes on after its time', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = database.withTenant(
      ALICE,
      async (tx) => {
        await texts(tx);
        await released;
        // The transaction is gone, and its connection in other hands.
        await writeBehind(tx, INSERT, [BOB, 9, 'planted']);
      },
      { timeoutMs: 100 },
    );
    slow.catch(() => undefined);
    await database.withTenant(BOB, async (tx) => {
      await texts(tx);
      release();
      await expect(slow).rejects.toMatchObject({ code: 'P2028' });
    });
    expect(await everything()).toEqual(['of Alice', 'of Bob']);
  });

  it('is a statement like any other over a connection of another kind', async () => {
    const plain = new TenantDatabase(await fixture.prisma(url, API, 1));
    await plain.withTenant(ALICE, (tx) => writeBehind(tx, INSERT, [ALICE, 2, 'second']));
    expect(await everything()).toEqual(['of Alice', 'of Bob', 'second']);
    await expect(
      plain.withTenant(ALICE, (tx) => writeBehind(tx, INSERT, [BOB, 9, 'planted'])),
    ).rejects.toThrow(/row-level security/u);
  });
});
