import { afterAll, describe, it } from '@jest/globals';
import { RuleTester } from 'eslint';
import ts from 'typescript-eslint';

import rule from '../state-change-is-audited.mjs';

RuleTester.afterAll = afterAll;
RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({ languageOptions: { parser: ts.parser } });

const method = (body, before = '') => `class Keys { ${before} async revoke(tx) { ${body} } }`;
const silent = (name = 'revoke') => [{ messageId: 'silent', data: { name } }];

tester.run('state-change-is-audited', rule, {
  valid: [
    { name: 'a read', code: method('return tx.apiKey.findMany({ where });') },
    { name: 'a raw read', code: method('return tx.$queryRaw`SELECT 1 FROM x FOR UPDATE`;') },
    {
      name: 'a setting of the session',
      code: method("await tx.$executeRaw`SELECT set_config('a', ${b}, true)`;"),
    },
    {
      name: 'a write beside an event',
      code: method('await tx.apiKey.update({}); await this.audit.recordAudit(tx, {});'),
    },
    {
      name: 'a write with an event beside it',
      code: method('await this.audit.recordBeside(tx, tx.apiKey.update({}), {});'),
    },
    {
      name: 'a write in a callback, and an event in another',
      code: method(
        'await this.db.withTenant(id, async (tx) => { await tx.key.create({}); await each(() => recordAudit(tx, {})); });',
      ),
    },
    {
      name: 'a raw write beside an event',
      code: method('await tx.$executeRaw`DELETE FROM x`; await recordAudit(tx, {});'),
    },
    {
      name: 'a method of its own that is called create',
      code: method('this.store.create({});'),
    },
    { name: 'a map', code: method('cache.delete(key); new Map().set(1, 2);') },
    {
      name: 'a write with a reason',
      code: method(
        'await tx.quota.upsert({});',
        '/** Counts.\n * @unaudited Counting is no change of state. */',
      ),
    },
    {
      name: 'a reason over two lines, before another tag',
      code: '/**\n * @unaudited Its callers record\n *   what they do.\n * @returns nothing\n */\nexport async function insert(tx) { await tx.a.create({}); }',
    },
    {
      name: 'a reason before an exported arrow function',
      code: '/** @unaudited Its callers record an event. */\nexport const insert = (tx) => tx.a.create({});',
    },
    {
      name: 'a reason before a method of an object',
      code: 'const a = {\n/** @unaudited Counting is no change. */\nadd(tx) { tx.a.create({}); } };',
    },
    {
      name: 'a reason before a decorator',
      code: method(
        'await tx.a.create({});',
        '/** @unaudited Counting is no change. */ @Retry()',
      ),
    },
  ],
  invalid: [
    ...[
      'create',
      'createMany',
      'createManyAndReturn',
      'update',
      'updateMany',
      'updateManyAndReturn',
      'upsert',
      'delete',
      'deleteMany',
    ].map((verb) => ({
      name: `${verb} alone`,
      code: method(`await tx.apiKey.${verb}({});`),
      errors: silent(),
    })),
    { name: 'of the client', code: method('await this.db.key.create({});'), errors: silent() },
    {
      name: 'by another name',
      code: method("await tx[model]['create']({});"),
      errors: silent(),
    },
    { name: 'if there is one', code: method('await tx.a?.create({});'), errors: silent() },
    ...[
      'INSERT INTO x VALUES (${a})',
      'UPDATE "x" SET a = ${a}',
      'UPDATE ONLY public.x AS y SET a = 1',
      'update ${table} set a = 1',
      'WITH gone AS (DELETE FROM x RETURNING *) SELECT 1',
      'MERGE INTO x USING y',
      'TRUNCATE x',
    ].flatMap((sql) =>
      ['$executeRaw', '$queryRaw'].map((name) => ({
        name: `${name} of ${sql}`,
        code: method(`await tx.${name}\`${sql}\`;`),
        errors: silent(),
      })),
    ),
    {
      name: 'SQL that is passed',
      code: method("await tx.$executeRawUnsafe('DELETE FROM x');"),
      errors: silent(),
    },
    {
      name: 'SQL that cannot be read',
      code: method('await tx.$queryRawUnsafe(sql);'),
      errors: silent(),
    },
    {
      name: 'in a callback',
      code: method('return this.db.withTenant(id, (tx) => tx.key.create({}));'),
      errors: silent(),
    },
    {
      name: 'in a private method',
      code: 'class A { async #insert(tx) { await tx.a.create({}); } }',
      errors: silent('#insert'),
    },
    {
      name: 'in a property',
      code: 'class A { insert = async (tx) => { await tx.a.create({}); }; }',
      errors: silent('insert'),
    },
    {
      name: 'in a function',
      code: 'export async function insert(tx) { await tx.a.create({}); }',
      errors: silent('insert'),
    },
    {
      name: 'in a method beside one that records',
      code: 'class A { a(tx) { tx.x.update({}); recordAudit(tx, {}); } b(tx) { tx.x.update({}); } }',
      errors: silent('b'),
    },
    {
      name: 'with a mark and no reason',
      code: method('await tx.a.create({});', '/** @unaudited */'),
      errors: [{ messageId: 'noReason', data: { name: 'revoke' } }],
    },
    {
      name: 'with a mark in a comment that is none of documentation',
      code: method('await tx.a.create({});', '// @unaudited Its callers record an event.\n'),
      errors: silent(),
    },
    {
      name: 'a mark that is not needed: nothing is written',
      code: method('return tx.a.count();', '/** @unaudited Counting is no change of state. */'),
      errors: [{ messageId: 'needless', data: { name: 'revoke' } }],
    },
    {
      name: 'a mark that is not needed: an event is recorded',
      code: method(
        'tx.a.create({}); recordAudit(tx, {});',
        '/** @unaudited Counting is no change of state. */',
      ),
      errors: [{ messageId: 'needless', data: { name: 'revoke' } }],
    },
  ],
});
