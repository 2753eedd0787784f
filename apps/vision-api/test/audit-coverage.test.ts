import { describe, expect, it } from '@jest/globals';
import { listSystemUses } from '@nomo/tenancy/testing';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve(import.meta.dirname, '../src');

/** What changes no state that a customer would ask about, and why. */
const NO_EVENT: Readonly<Record<string, string>> = {
  'gate/quota-counters.repository.ts count': 'A request counts against the quota of its key.',
  'gate/quota-counters.repository.ts giveBack': 'A request that was not served does not.',
  'usage/usage-rows.ts writeUsage':
    'Usage is a record by itself, and a request moves the last use of its key.',
};

/** Prisma's verbs on a model of a transaction or a client, or SQL. */
const WRITES =
  /(?<!\bthis)\.\w+\.(?:create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)\(\s*\{|\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?[a-z_]+/u;

/** A file's functions and its classes' methods, by their indentation, which Prettier sees to. */
function membersOf(source: string): { name: string; body: string }[] {
  return source
    .split(/^(?=[^\s})\]*/])/mu)
    .flatMap((part) =>
      /^(?:export )?(?:abstract )?class /u.test(part)
        ? part.split(/^(?= {2}[^\s})\]*/])/mu)
        : [part],
    )
    .map((body) => ({
      name: /#?\w+(?=[(<]|\s*=)/u.exec(body)?.[0] ?? '',
      body,
    }));
}

/** Every method that writes to the database, as `file method`, and whether it records an event. */
function writers(folder: string): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts') || file.includes('generated'))
      continue;
    for (const { name, body } of membersOf(readFileSync(path.join(folder, file), 'utf8'))) {
      if (WRITES.test(body)) found.set(`${file} ${name}`, body.includes('.recordAudit('));
    }
  }
  return found;
}

describe('every change of state', () => {
  const found = writers(src);

  it('is found where it is made', () => {
    expect([...found.keys()]).toEqual(
      expect.arrayContaining([
        'keys/keys.repository.ts userIdOf',
        'keys/keys.repository.ts create',
        'keys/keys.repository.ts revoke',
        'usage/usage-rows.ts writeUsage',
      ]),
    );
  });

  it('records an event in its transaction, or has a reason not to', () => {
    const silent = [...found].filter(([, records]) => !records).map(([method]) => method);
    expect(silent.sort()).toEqual(Object.keys(NO_EVENT).sort());
  });
});

describe('the door to all customers', () => {
  it('is used in these places alone', () => {
    expect(listSystemUses(src)).toEqual([
      { file: 'usage/usage.writer.ts', reason: 'write a batch of usage' },
    ]);
  });
});
