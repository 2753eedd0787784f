/**
 * Asks PostgreSQL. With Prisma: `(sql, params) => client.$queryRawUnsafe(sql, ...params)`;
 * with pg: `async (sql, params) => (await pool.query(sql, params)).rows`. Any role will do.
 */
export type CatalogQuery = (
  sql: string,
  params: string[],
) => PromiseLike<readonly Readonly<Record<string, unknown>>[]>;

/** A reason for each named exemption: whoever reads the rules reads why. */
export type Reasons = Readonly<Record<string, string>>;

/**
 * What the database has to be like. Names are those in PostgreSQL; outside of the schema
 * `public` with the schema before them (`billing.invoices`). Partitions are not named: the
 * rules of the table they belong to hold for them.
 */
export interface TenancyRules {
  /** The tables of tenants, each with the column that says whose a row is. */
  readonly tenantTables: Readonly<Record<string, string>>;
  /** The tables that belong to no tenant. Prisma's own record needs no mention. */
  readonly exemptTables: Reasons;
  /** The roles that the services sign in as. */
  readonly runtimeRoles: readonly string[];
  /** The role of `asSystem`, the only one that policies may let see every tenant. */
  readonly systemRole: string;
  /**
   * Functions that run with their owner's rights although a runtime role may call them, as
   * `name(type, type)`.
   */
  readonly securityDefiners?: Reasons;
  /** Unique and foreign keys, by name, that reach from one tenant to another. */
  readonly crossTenantKeys?: Reasons;
}

/** What can be wrong. */
export type TenancyFindingKind =
  | 'role-missing'
  | 'role-superuser'
  | 'role-bypasses-policies'
  | 'role-creates-roles'
  | 'role-creates-databases'
  | 'role-replicates'
  | 'role-is-member'
  | 'role-owns'
  | 'role-creates-objects'
  | 'table-unnamed'
  | 'table-missing'
  | 'table-named-twice'
  | 'tenant-column'
  | 'policies-not-enabled'
  | 'policies-not-forced'
  | 'policy-missing'
  | 'policy-wrong'
  | 'key-missing'
  | 'key-across-tenants'
  | 'foreign-key-across-tenants'
  | 'exemption-unused'
  | 'partition-granted'
  | 'infrastructure-granted'
  | 'public-granted'
  | 'grant-beyond-policies'
  | 'grant-passed-on'
  | 'view-as-owner'
  | 'materialized-view-granted'
  | 'function-as-owner';

/** One thing that is wrong. */
export interface TenancyFinding {
  /** Stable: switch on it, not on the message. */
  readonly kind: TenancyFindingKind;
  /** The role, table, policy, key, view or function. */
  readonly subject: string;
  /** A sentence that says what is wrong. */
  readonly message: string;
}
