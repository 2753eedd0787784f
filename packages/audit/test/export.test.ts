import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';
import { chainHash, type JsonValue, verifyChain } from '@nomo/security-core/hash-chain';

import { AuditDrain, exportChain } from '../src/index.js';
import { createAuditDatabase, urlFor } from './database.js';
import { openPrisma, type RawClient, systemOf } from './prisma.js';
import { recordThings } from './trail.js';

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
const tenantId = randomUUID();

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  await recordThings(api, tenantId, 1_200);
  await recordThings(api, randomUUID(), 3);
  await new AuditDrain(systemOf(worker)).drain(tenantId);
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
});

interface Line {
  readonly seq: number;
  readonly hash: string;
  readonly previous: string;
}

async function exported(
  from?: number,
  to?: number,
): Promise<(Line & Record<string, JsonValue>)[]> {
  const lines: (Line & Record<string, JsonValue>)[] = [];
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  for await (const line of exportChain(systemOf(worker), { tenant: tenantId, ...range })) {
    expect(line.endsWith('\n')).toBe(true);
    lines.push(JSON.parse(line) as Line & Record<string, JsonValue>);
  }
  return lines;
}

describe('an exported chain', () => {
  it('can be verified with security-core alone', async () => {
    const lines = await exported();
    const links = lines.map(({ hash, previous: _, ...entry }) => ({
      entry,
      hash: Buffer.from(hash, 'hex'),
    }));
    expect(verifyChain(links)).toMatchObject({ valid: true, size: 1_200 });
    expect(lines[0]).toMatchObject({ tenantId, seq: 1, details: { name: 'n0' } });
  });

  it.each([
    [1, 1, 1],
    [500, 501, 2],
    [1_200, undefined, 1],
    [1_190, 5_000, 11],
    [1_201, undefined, 0],
  ])(
    'from %p to %p has %p lines, each of which can be verified by itself',
    async (from, to, count) => {
      const lines = await exported(from, to);
      expect(lines).toHaveLength(count);
      for (const { hash, previous, ...entry } of lines) {
        const expected = chainHash(Buffer.from(previous, 'hex'), entry);
        expect(Buffer.from(expected).toString('hex')).toBe(hash);
      }
      expect(lines[0]?.seq ?? from).toBe(from);
    },
  );

  it('of a tenant without events has no lines', async () => {
    for await (const line of exportChain(systemOf(worker), { tenant: randomUUID() })) {
      throw new Error(line);
    }
  });
});
