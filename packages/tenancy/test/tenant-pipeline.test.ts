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
import {
  afterCommit,
  InvalidTenantId,
  NestedTransaction,
  PipelineBroken,
  type PipelinedTransaction,
  TenantPipeline,
  TransactionAborted,
  TransactionNotOpen,
  writeBehind,
} from '../src/index.js';
import { ALICE, API, BOB, Fixture } from './fixture/database.js';

const INSERT = 'INSERT INTO notes (desk_id, id, text) VALUES ($1::uuid, $2::integer, $3)';
/** Without those that the fixture has. */
const ALL = 'SELECT id - 100 AS id, text FROM notes WHERE id > 100 ORDER BY id';

const insert = (
  desk: string,
  id: number,
): { readonly text: string; readonly values: (string | number)[] } => ({
  text: INSERT,
  values: [desk, id + 100, `note ${id}`],
});

let fixture: Fixture;
let url: string;
let pipeline: TenantPipeline;

beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  url = await fixture.createDatabase();
  pipeline = new TenantPipeline({ connectionString: await roleUrl(url, API), max: 1 });
});
afterEach(async () => {
  await pipeline.close();
  await fixture.disconnect();
});

async function idsOf(desk: string): Promise<unknown[]> {
  const [all] = await pipeline.atOnce(desk, [{ text: ALL }]);
  return all?.rows.map(({ id }) => id) ?? [];
}

describe('statements that are sent at once', () => {
  it('are answered in their order, each with its rows and what was done', async () => {
    const answers = await pipeline.atOnce(ALICE, [
      insert(ALICE, 1),
      { text: ALL },
      { text: 'UPDATE notes SET text = $1 WHERE id > 100', values: ['changed'] },
      {
        text: 'SELECT true AS yes, now() AS at, $1::bytea AS bytes, NULL::text AS nothing',
        values: [Buffer.from([0, 255])],
      },
    ]);
    expect(answers).toEqual([
      { command: 'INSERT 0 1', rows: [] },
      { command: 'SELECT 1', rows: [{ id: 1, text: 'note 1' }] },
      { command: 'UPDATE 1', rows: [] },
      {
        command: 'SELECT 1',
        rows: [
          { yes: true, at: expect.any(Date), bytes: Buffer.from([0, 255]), nothing: null },
        ],
      },
    ]);
  });

  it('see one tenant’s rows, and write no other’s', async () => {
    await pipeline.atOnce(ALICE, [insert(ALICE, 1)]);
    expect(await idsOf(BOB)).toEqual([]);
    expect(await idsOf(ALICE)).toEqual([1]);
    await expect(pipeline.atOnce(BOB, [insert(ALICE, 2)])).rejects.toThrow(
      'row-level security',
    );
    expect(await idsOf(ALICE)).toEqual([1]);
  });

  it('leave no tenant behind on their connection', async () => {
    await pipeline.atOnce(ALICE, [insert(ALICE, 1)]);
    const text = "SELECT current_setting('app.tenant_id', true) AS tenant";
    const [answer] = await pipeline.atOnce(BOB, [{ text }]);
    expect(answer?.rows).toEqual([{ tenant: BOB }]);
  });

  it('are one transaction: of several of which one fails nothing is kept', async () => {
    const twice = [insert(ALICE, 1), insert(ALICE, 2), insert(ALICE, 1)];
    await expect(pipeline.atOnce(ALICE, twice)).rejects.toThrow('duplicate key');
    expect(await idsOf(ALICE)).toEqual([]);
    // The texts that were new in what failed can be prepared again.
    await pipeline.atOnce(ALICE, [insert(ALICE, 3)]);
    expect(await idsOf(ALICE)).toEqual([3]);
  });

  it.each([
    ['a table was changed under them', 'ALTER TABLE notes ALTER COLUMN text TYPE varchar(99)'],
    ['they were forgotten', undefined],
  ])('are prepared anew when %s', async (_, change) => {
    expect(await idsOf(ALICE)).toEqual([]);
    if (change === undefined) await pipeline.atOnce(ALICE, [{ text: 'DEALLOCATE ALL' }]);
    else await (await fixture.connect(url)).query(change);
    await expect(idsOf(ALICE)).rejects.toThrow(/cached plan|does not exist/);
    expect(await idsOf(ALICE)).toEqual([]);
  });

  it('leave nothing behind in PostgreSQL, however often they fail', async () => {
    const failing = [{ text: 'SELECT 1 AS fine' }, { text: 'SELECT 1 / 0' }];
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(pipeline.atOnce(ALICE, failing)).rejects.toMatchObject({ code: '22012' });
    }
    const [answer] = await pipeline.atOnce(ALICE, [
      { text: 'SELECT count(*)::integer AS statements FROM pg_prepared_statements' },
    ]);
    // The two, the one that names the tenant, and this one.
    expect(answer?.rows).toEqual([{ statements: 4 }]);
  });

  it('see nothing of any tenant where they are for none', async () => {
    await pipeline.atOnce(ALICE, [insert(ALICE, 1)]);
    await pipeline.atOnce(ALICE, [{ text: `SET app.tenant_id = '${ALICE}'` }]);
    const [directory, notes] = await pipeline.atOnceWithoutTenant([
      { text: 'SELECT slug FROM slugs ORDER BY slug' },
      { text: ALL },
    ]);
    expect(directory?.rows).toEqual([{ slug: 'alice' }, { slug: 'bob' }]);
    expect(notes?.rows).toEqual([]);
  });

  it('are not sent for what is no tenant', async () => {
    await expect(pipeline.atOnce("' OR true", [{ text: ALL }])).rejects.toThrow(
      InvalidTenantId,
    );
  });
});

describe('a transaction of a pipeline', () => {
  it('commits what was asked and what was put', async () => {
    const told: string[] = [];
    const seen = await pipeline.withTenant(ALICE, async (tx) => {
      tx.put(insert(ALICE, 1));
      const [all] = await tx.ask({ text: ALL });
      await writeBehind(tx, INSERT, [ALICE, 102, 'behind']);
      tx.put(insert(ALICE, 3));
      afterCommit(tx, () => void told.push('committed'));
      expect(told).toEqual([]);
      return all?.rows.length;
    });
    expect([seen, told]).toEqual([1, ['committed']]);
    expect(await idsOf(ALICE)).toEqual([1, 2, 3]);
  });

  it('says of what it executes how many rows that was', async () => {
    await pipeline.withTenant(ALICE, async (tx) => {
      const { text, values } = insert(ALICE, 1);
      expect(await tx.$executeRawUnsafe(text, ...values)).toBe(1);
      const change = 'UPDATE notes SET text = $1 WHERE id = $2::integer';
      expect(await tx.$executeRawUnsafe(change, 'changed', 101)).toBe(1);
      expect(await tx.$executeRawUnsafe(change, 'changed', 102)).toBe(0);
    });
  });

  it('hands on the rows that it is asked for', async () => {
    await pipeline.withTenant(ALICE, async (tx) => {
      const { text, values } = insert(ALICE, 1);
      expect(await tx.$queryRawUnsafe(`${text} RETURNING id`, ...values)).toEqual([
        { id: 101 },
      ]);
      expect(await tx.$queryRawUnsafe('SELECT id FROM notes WHERE id = $1', 102)).toEqual([]);
    });
  });

  it('takes no connection when nothing is said in it', async () => {
    const nowhere = new TenantPipeline({ host: '127.0.0.1', port: 1 });
    const told: string[] = [];
    const result = await nowhere.withTenant(ALICE, (tx) => {
      afterCommit(tx, () => void told.push('committed'));
      return Promise.resolve('done');
    });
    expect(result).toBe('done');
    expect(told).toEqual(['committed']);
    await nowhere.close();
  });

  it('keeps nothing when its work throws, and tells nobody', async () => {
    const told: string[] = [];
    const work = pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask(insert(ALICE, 1));
      tx.put(insert(ALICE, 2));
      afterCommit(tx, () => void told.push('committed'));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([await idsOf(ALICE), told]).toEqual([[], []]);
  });

  it('keeps nothing when what was put fails at the commit', async () => {
    const work = pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask(insert(ALICE, 1));
      tx.put({ text: 'SELECT 1 / count(*) FROM notes WHERE false' });
      tx.put(insert(ALICE, 2));
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(await idsOf(ALICE)).toEqual([]);
  });

  it('does not pass for committed when its work went on after a failure', async () => {
    const work = pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask(insert(ALICE, 1));
      await tx.ask(insert(ALICE, 1)).catch(() => undefined);
    });
    await expect(work).rejects.toThrow(TransactionAborted);
    expect(await idsOf(ALICE)).toEqual([]);
  });

  it('sees and writes the rows of its tenant alone', async () => {
    await pipeline.atOnce(BOB, [insert(BOB, 7)]);
    await pipeline.withTenant(ALICE, async (tx) => {
      expect((await tx.ask({ text: ALL }))[0]?.rows).toEqual([]);
      // In a later round trip as well.
      expect((await tx.ask({ text: ALL }))[0]?.rows).toEqual([]);
    });
    const foreign = pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask({ text: ALL });
      tx.put(insert(BOB, 8));
    });
    await expect(foreign).rejects.toThrow('row-level security');
    expect(await idsOf(BOB)).toEqual([7]);
  });

  it('sends what is asked at once as its first word over one connection', async () => {
    const two = new TenantPipeline({ connectionString: await roleUrl(url, API), max: 2 });
    try {
      await two.withTenant(ALICE, (tx) =>
        Promise.all([tx.ask(insert(ALICE, 1)), tx.ask(insert(ALICE, 2))]),
      );
      expect(await idsOf(ALICE)).toEqual([1, 2]);
      const here = { text: 'SELECT pg_backend_pid() AS pid' };
      const pids = await two.withTenant(ALICE, (tx) =>
        Promise.all([tx.ask(here), tx.ask(here)]),
      );
      expect(new Set(pids.map(([answer]) => answer?.rows[0]?.['pid'])).size).toBe(1);
    } finally {
      await two.close();
    }
  });

  it('sends what is asked in the same turn together, each with its own answers', async () => {
    const value = (number: number): { readonly text: string } => ({
      text: `SELECT ${number} AS value`,
    });
    await pipeline.withTenant(ALICE, async (tx) => {
      const one = tx.ask(value(1));
      tx.put(insert(ALICE, 1));
      const [[first], others] = await Promise.all([one, tx.ask(value(2), value(3))]);
      expect(first?.rows).toEqual([{ value: 1 }]);
      expect(others.map(({ rows }) => rows)).toEqual([[{ value: 2 }], [{ value: 3 }]]);
    });
    expect(await idsOf(ALICE)).toEqual([1]);
    // One that fails by itself would let the other be answered.
    let together: readonly PromiseSettledResult<unknown>[] = [];
    const work = pipeline.withTenant(ALICE, async (tx) => {
      together = await Promise.allSettled([tx.ask(value(1)), tx.ask({ text: 'SELECT 1 / 0' })]);
    });
    await expect(work).rejects.toThrow(TransactionAborted);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it.each([
    ['commit', [1]],
    ['rollback', []],
  ])('is deaf from its %s on: what is said then would be said outside', async (end, kept) => {
    let late: Promise<unknown> | undefined;
    const work = pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask(insert(ALICE, 1));
      // While the end of it is under way.
      setImmediate(() => {
        late = tx.ask(insert(ALICE, 2));
        late.catch(() => undefined);
      });
      if (end === 'rollback') throw new Error('no');
    });
    await work.catch(() => undefined);
    await expect(late).rejects.toThrow(TransactionNotOpen);
    expect(await idsOf(ALICE)).toEqual(kept);
  });

  it('is deaf once it has ended, when its connection may be another tenant’s', async () => {
    let late: PipelinedTransaction | undefined;
    await pipeline.withTenant(ALICE, async (tx) => {
      late = tx;
      await tx.ask(insert(ALICE, 1));
    });
    const ended = { code: 'ERR_TRANSACTION_NOT_OPEN' };
    await pipeline.withTenant(BOB, async (tx) => {
      await tx.ask(insert(BOB, 2));
      await expect(late?.ask({ text: ALL })).rejects.toMatchObject(ended);
      await expect(late?.$executeRawUnsafe('DELETE FROM notes')).rejects.toMatchObject(ended);
      expect(() => late?.put({ text: 'DELETE FROM notes' })).toThrow(
        expect.objectContaining(ended),
      );
    });
    expect(await idsOf(BOB)).toEqual([2]);

    // One that never said a word is deaf, too, and takes no connection.
    await pipeline.withTenant(ALICE, (tx) => {
      late = tx;
      return Promise.resolve();
    });
    await expect(late?.ask({ text: ALL })).rejects.toMatchObject(ended);
    expect(await idsOf(ALICE)).toEqual([1]);
  });

  it('does not hold its connection and its locks for as long as its work likes', async () => {
    const [answer] = await pipeline.atOnce(ALICE, [
      { text: "SELECT current_setting('idle_in_transaction_session_timeout') AS longest" },
    ]);
    expect(answer?.rows).toEqual([{ longest: '10s' }]);
  });

  it('has a time for all its statements together, after which nothing of it is kept', async () => {
    const sleep = { text: 'SELECT pg_sleep(0.2)' };
    const began = performance.now();
    const work = pipeline.withTenant(
      ALICE,
      async (tx) => {
        for (let id = 1; id <= 10; id += 1) await tx.ask(insert(ALICE, id), sleep);
      },
      { timeoutMs: 500 },
    );
    await expect(work).rejects.toThrow(PipelineBroken);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(await idsOf(ALICE)).toEqual([]);
  });

  it('holds up no question, however many transactions wait for a lock', async () => {
    // Of one connection for either.
    await pipeline.withTenant(ALICE, async (tx) => {
      await tx.ask(insert(ALICE, 1));
      expect(await idsOf(ALICE)).toEqual([]);
    });
    expect(await idsOf(ALICE)).toEqual([1]);
  });

  it('is not begun inside of another one', async () => {
    const nested = pipeline.withTenant(ALICE, () =>
      pipeline.withTenant(BOB, () => Promise.resolve()),
    );
    await expect(nested).rejects.toThrow(NestedTransaction);
  }, 10_000);
});
