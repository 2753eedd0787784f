import { AsyncResource } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransactionNotOpen } from '../src/errors.js';
import { afterCommit } from '../src/lib/transactions.js';
import { SystemDatabase } from '../src/system-database.js';
import { TenantDatabase } from '../src/tenant-database.js';
import { ALICE, API, BOB, Fixture } from './fixture/database.js';
import { type PrismaClient } from './generated/prisma/client.js';

let fixture: Fixture;
let client: PrismaClient;
let database: TenantDatabase<PrismaClient>;
let reported: unknown[];
beforeAll(async () => {
  fixture = await Fixture.start();
  client = await fixture.prisma(await fixture.createDatabase(), API, 2);
});
afterAll(() => fixture.stop());
beforeEach(() => {
  reported = [];
  database = new TenantDatabase(client, { onCallbackError: (error) => reported.push(error) });
});
const elsewhere = new AsyncResource('elsewhere');

describe('afterCommit', () => {
  it('calls back when others see what was written, in order, and before the caller goes on', async () => {
    const calls: string[] = [];
    let seen: Promise<number> | undefined;
    await database.withTenant(ALICE, async (tx) => {
      await tx.note.create({ data: { deskId: ALICE, id: 2, text: 'new' } });
      afterCommit(tx, () => {
        calls.push('first');
        seen = database.withTenant(ALICE, (other) => other.note.count());
      });
      afterCommit(tx, () => {
        calls.push('second');
      });
      await tx.note.count();
      expect(calls).toEqual([]);
    });
    expect(calls).toEqual(['first', 'second']);
    expect(await seen).toBe(2);
  });

  it('calls each back after what the one before has returned, and keeps nobody waiting', async () => {
    const calls: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const last = new Promise<void>((resolve) => {
      void database
        .withTenant(ALICE, (tx) => {
          afterCommit(tx, async () => {
            calls.push('begins');
            await finished;
            calls.push('ends');
          });
          afterCommit(tx, () => {
            calls.push('last');
            resolve();
          });
          return Promise.resolve();
        })
        .then(() => {
          calls.push('caller');
          finish();
        });
    });
    await last;
    expect(calls).toEqual(['begins', 'caller', 'ends', 'last']);
  });

  it('reports a callback that fails, and goes on with the next', async () => {
    const calls: string[] = [];
    const thrown = new Error('thrown');
    const rejected = new Error('rejected');
    const last = new Promise<void>((resolve) => {
      void database
        .withTenant(ALICE, (tx) => {
          afterCommit(tx, () => {
            throw thrown;
          });
          afterCommit(tx, () => Promise.reject(rejected));
          afterCommit(tx, () => {
            calls.push('last');
            resolve();
          });
          return Promise.resolve('answer');
        })
        .then((answer) => calls.push(answer));
    });
    await last;
    await new Promise((resolve) => setImmediate(resolve));
    expect(reported).toEqual([thrown, rejected]);
    expect(calls.sort()).toEqual(['answer', 'last']);
  });

  it('never calls back after a rollback', async () => {
    const calls: string[] = [];
    const note = (call: string) => () => {
      calls.push(call);
    };
    const failing = [
      database.withTenant(ALICE, (tx) => {
        afterCommit(tx, note('work'));
        return Promise.reject(new Error('no'));
      }),
      database.withTenant(BOB, async (tx) => {
        afterCommit(tx, note('sql'));
        await tx.$queryRaw`SELECT 1 / 0`.catch(() => undefined);
      }),
      database.withTenant(
        BOB,
        async (tx) => {
          afterCommit(tx, note('timeout'));
          await tx.$executeRaw`SELECT pg_sleep(0.3)`;
        },
        { timeoutMs: 50 },
      ),
    ];
    const results = await Promise.allSettled(failing);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toEqual([]);
    // The second one's work had swallowed the failure, and would have been told that all is well.
    expect(results[1]).toMatchObject({ reason: { code: 'ERR_TRANSACTION_ABORTED' } });
  });

  it('refuses what is no open transaction', async () => {
    expect(() => {
      afterCommit({}, () => undefined);
    }).toThrow(TransactionNotOpen);
    expect(() => {
      afterCommit(client, () => undefined);
    }).toThrow(TransactionNotOpen);
    let kept: object = {};
    await database.withTenant(ALICE, (tx) => {
      kept = tx;
      return Promise.resolve();
    });
    expect(() => {
      afterCommit(kept, () => undefined);
    }).toThrow('afterCommit was called when withTenant had ended');
  });

  it('warns of a failed callback when nobody else is to be told', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    try {
      await new TenantDatabase(client).withTenant(ALICE, (tx) => {
        afterCommit(tx, () => {
          throw new Error('of the callback');
        });
        return Promise.resolve();
      });
      expect(warn.mock.calls).toEqual([
        [
          expect.stringContaining('of the callback'),
          { type: 'TenancyWarning', code: 'NOMO_AFTER_COMMIT' },
        ],
      ]);
    } finally {
      warn.mockRestore();
    }
  });
});

describe('a transaction inside another', () => {
  it.each([
    ['withTenant of another tenant', () => database.withTenant(BOB, (tx) => tx.note.count())],
    [
      'withTenant of the same tenant',
      () => database.withTenant(ALICE, (tx) => tx.note.count()),
    ],
    ['withoutTenant', () => database.withoutTenant((tx) => tx.slug.count())],
    ['asSystem', () => new SystemDatabase(client).asSystem('why', (tx) => tx.note.count())],
  ])('is refused, deep inside as well: %s', async (_, open) => {
    await database.withTenant(ALICE, async (tx) => {
      await expect(open()).rejects.toMatchObject({ code: 'ERR_NESTED_TRANSACTION' });
      await Promise.all(
        [1, 2].map(async () => {
          await tx.note.count();
          await expect(open()).rejects.toMatchObject({ code: 'ERR_NESTED_TRANSACTION' });
        }),
      );
    });
    await expect(open()).resolves.toEqual(expect.any(Number));
  });

  it('is none when it comes from elsewhere, or when the outer one has ended', async () => {
    let later: Promise<number> = Promise.resolve(0);
    let goOn: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await database.withTenant(ALICE, async () => {
      expect(
        await elsewhere.runInAsyncScope(() =>
          database.withTenant(BOB, (tx) => tx.desk.count()),
        ),
      ).toBe(1);
      later = ended.then(() => database.withTenant(BOB, (tx) => tx.desk.count()));
    });
    goOn();
    expect(await later).toBe(1);
  });
});
