/** What is used of a Prisma transaction that reads as well. */
export interface AuditSql {
  $queryRaw<Rows = unknown>(
    query: TemplateStringsArray,
    ...values: unknown[]
  ): PromiseLike<Rows>;
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
}

/** Why this package looks across tenants. For the list of an app's `SystemDatabase`. */
export const auditReasons = [
  'audit: chain events',
  'audit: find waiting events',
  'audit: measure the outbox',
  'audit: sign checkpoints',
  'audit: verify chains',
  'audit: export a chain',
] as const;

/** One of `auditReasons`. */
export type AuditReason = (typeof auditReasons)[number];

/** The system door of @nomo/tenancy, signed in as the role that `auditMigration` calls system. */
export interface AuditDatabase {
  asSystem<R>(
    reason: AuditReason,
    work: (tx: AuditSql) => Promise<R>,
    options?: { readonly timeoutMs?: number; readonly maxWaitMs?: number },
  ): Promise<R>;
}
