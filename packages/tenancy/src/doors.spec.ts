import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TransactionalClient } from './client.js';
import { SystemDatabase, type SystemUse } from './system-database.js';
import { TenantDatabase } from './tenant-database.js';

/** Fails when it is asked for anything. */
const untouched: TransactionalClient = {
  $transaction: () => Promise.reject(new Error('A transaction was begun')),
  $executeRaw: () => Promise.reject(new Error('A statement was sent')),
};
const nothing = (): Promise<void> => Promise.resolve();

describe('withTenant', () => {
  const database = new TenantDatabase(untouched);

  it.each([
    '',
    '0190a000-0000-7000-8000-00000000000',
    '0190a000-0000-7000-8000-00000000000a\n',
    ' 0190a000-0000-7000-8000-00000000000a',
    '0190a0000000700080000000000000aa',
    '{0190a000-0000-7000-8000-00000000000a}',
    `0190a000-0000-7000-8000-00000000000a', true); drop table notes; --`,
  ])('sends nothing for a tenant id that is no UUID: %j', async (tenantId) => {
    await expect(database.withTenant(tenantId, nothing)).rejects.toMatchObject({
      code: 'ERR_INVALID_TENANT_ID',
      message: 'A tenant id has to be a UUID',
    });
  });

  it('sends nothing for what is no string at all', async () => {
    const values: unknown[] = [
      undefined,
      null,
      7,
      {},
      ['0190a000-0000-7000-8000-00000000000a'],
    ];
    for (const value of values) {
      await expect(database.withTenant(value as string, nothing)).rejects.toMatchObject({
        code: 'ERR_INVALID_TENANT_ID',
      });
    }
  });

  it('sends nothing for any other text, and something for any UUID', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        await expect(database.withTenant(text, nothing)).rejects.toMatchObject({
          code: 'ERR_INVALID_TENANT_ID',
        });
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uuid(), async (text) => {
        await expect(database.withTenant(text, nothing)).rejects.toThrow(
          'A transaction was begun',
        );
      }),
    );
  });
});

describe('asSystem', () => {
  it('sends nothing without a reason, or with one that is not in the list', async () => {
    const uses: SystemUse[] = [];
    const onUse = (use: SystemUse): void => {
      uses.push(use);
    };
    const free = new SystemDatabase(untouched, { onUse });
    const listed = new SystemDatabase(untouched, { reasons: ['sweep', 'export'], onUse });
    const invalid = { code: 'ERR_INVALID_SYSTEM_REASON' };
    await expect(free.asSystem('', nothing)).rejects.toMatchObject(invalid);
    await expect(free.asSystem(' \n', nothing)).rejects.toMatchObject(invalid);
    // @ts-expect-error -- the compiler knows the list as well
    await expect(listed.asSystem('look around', nothing)).rejects.toMatchObject(invalid);
    expect(uses).toEqual([]);
  });

  it('tells of every use, whatever became of it', async () => {
    const uses: SystemUse[] = [];
    const settings = {
      reasons: ['sweep', 'export'],
      onUse: (use: SystemUse): void => {
        uses.push(use);
      },
    } as const;
    await expect(
      new SystemDatabase(untouched, settings).asSystem('sweep', nothing),
    ).rejects.toThrow('A transaction was begun');
    const willing: TransactionalClient = {
      $transaction: (work) => work(willing),
      $executeRaw: () => Promise.resolve(1),
    };
    await new SystemDatabase(willing, settings).asSystem('export', nothing);
    expect(uses).toEqual([
      { reason: 'sweep', outcome: 'failed', durationMs: expect.any(Number) },
      { reason: 'export', outcome: 'committed', durationMs: expect.any(Number) },
    ]);
  });
});
