import { type CatalogQuery } from '../rules.js';
import { catalogQuery } from './catalog-query.js';

/** A runtime role that exists. */
export interface CatalogRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassesPolicies: boolean;
  readonly createsRoles: boolean;
  readonly createsDatabases: boolean;
  readonly replicates: boolean;
  readonly memberOf: readonly string[];
  readonly owns: readonly string[];
  readonly createsIn: readonly string[];
}

/** A column of a table. */
export interface CatalogColumn {
  /** Its name as it stands in SQL. */
  readonly quoted: string;
  readonly type: string;
  readonly notNull: boolean;
}

/** A table, partitioned table, partition or foreign table. */
export interface CatalogTable {
  readonly name: string;
  /** The table that it is a partition of in the end; its own name when it is none. */
  readonly root: string;
  readonly isPartition: boolean;
  readonly policiesEnabled: boolean;
  readonly policiesForced: boolean;
  readonly columns: Readonly<Record<string, CatalogColumn>>;
}

/** A policy, its conditions as PostgreSQL spells them. */
export interface CatalogPolicy {
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  /** `*` all, `r` select, `a` insert, `w` update, `d` delete. */
  readonly command: '*' | 'r' | 'a' | 'w' | 'd';
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** A unique index or an exclusion constraint. */
export interface CatalogKey {
  readonly table: string;
  readonly root: string;
  readonly name: string;
  readonly primary: boolean;
  /** `null` when it begins with an expression. */
  readonly firstColumn: string | null;
}

/** A foreign key, the columns of both sides in the same order. */
export interface CatalogForeignKey {
  readonly table: string;
  readonly root: string;
  readonly name: string;
  readonly target: string;
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
}

/** A privilege of a runtime role or of PUBLIC. */
export interface CatalogGrant {
  readonly on: string;
  /** As in `pg_class.relkind`. */
  readonly kind: 'r' | 'p' | 'f' | 'v' | 'm' | 'S';
  /** `null` for the whole of it. */
  readonly column: string | null;
  readonly role: string;
  readonly verb: string;
  readonly passedOn: boolean;
}

/** What the check knows of a database. */
export interface Catalog {
  readonly roles: readonly CatalogRole[];
  readonly tables: readonly CatalogTable[];
  readonly policies: readonly CatalogPolicy[];
  readonly keys: readonly CatalogKey[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  readonly grants: readonly CatalogGrant[];
  readonly views: readonly { readonly name: string; readonly asCaller: boolean }[];
  readonly definers: readonly { readonly name: string; readonly callers: readonly string[] }[];
}

/** Reads it in one round trip. */
export async function readCatalog(
  query: CatalogQuery,
  roles: readonly string[],
): Promise<Catalog> {
  const [row] = await query(catalogQuery, [JSON.stringify(roles)]);
  const text = row?.['catalog'];
  if (typeof text !== 'string') throw new TypeError('The query returned no catalog');
  return JSON.parse(text) as Catalog;
}
