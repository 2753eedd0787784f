import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InvalidIdentifier } from './errors.js';
import { grant, runtimeRole, schemaGrants, tenantPolicy, tenantPredicate } from './sql.js';

describe('the SQL for migrations', () => {
  it('is what the template of this package shows', () => {
    const template = readFileSync(
      path.join(import.meta.dirname, '../sql/template.sql'),
      'utf8',
    );
    for (const sql of [
      runtimeRole('shop_api'),
      runtimeRole('shop_worker'),
      tenantPolicy({ table: 'shops', tenantColumn: 'id', systemRole: 'shop_worker' }),
      tenantPolicy({ table: 'orders', tenantColumn: 'shop_id', systemRole: 'shop_worker' }),
      schemaGrants(['shop_api', 'shop_worker']),
      grant({ role: 'shop_api', table: 'orders', verbs: ['SELECT', 'INSERT'] }),
      grant({ role: 'shop_api', table: 'orders', verbs: ['UPDATE'], columns: ['note', 'due'] }),
      grant({ role: 'shop_worker', table: 'orders', verbs: ['SELECT', 'DELETE'] }),
    ]) {
      expect(template).toContain(sql);
    }
  });

  it.each(['', '"', 'a b', 'a"; DROP TABLE orders; --', '$$', '1st', 'é', 'a'.repeat(64)])(
    'has no name in it that would need an escape: %j',
    (name) => {
      for (const make of [
        () => tenantPredicate(name),
        () => tenantPolicy({ table: name, tenantColumn: 'id', systemRole: 'r' }),
        () => tenantPolicy({ table: 't', tenantColumn: name, systemRole: 'r' }),
        () => tenantPolicy({ table: 't', tenantColumn: 'id', systemRole: name }),
        () => runtimeRole(name),
        () => schemaGrants(['r', name]),
        () => grant({ role: name, table: 't', verbs: ['SELECT'] }),
        () => grant({ role: 'r', table: name, verbs: ['SELECT'] }),
        () => grant({ role: 'r', table: 't', verbs: ['SELECT'], columns: [name] }),
      ]) {
        expect(make).toThrow(InvalidIdentifier);
      }
    },
  );

  it('grants something, and to columns only what columns can have', () => {
    expect(() => grant({ role: 'r', table: 't', verbs: [] })).toThrow(RangeError);
    expect(() => grant({ role: 'r', table: 't', verbs: ['SELECT'], columns: [] })).toThrow(
      RangeError,
    );
    expect(() => grant({ role: 'r', table: 't', verbs: ['DELETE'], columns: ['c'] })).toThrow(
      RangeError,
    );
  });
});
