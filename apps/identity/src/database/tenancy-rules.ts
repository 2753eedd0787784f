import { type TenancyRules } from '@nomo/tenancy';

const IN_ORGANIZATION = [
  'applications',
  'application_secrets',
  'resource_servers',
  'users',
  'sessions',
  'signing_keys',
  'consents',
  'security_events',
  'webhook_endpoints',
  'retiring_webhook_secrets',
  'webhook_deliveries',
  'idempotency_keys',
  'interactions',
  'pushed_requests',
  'grants',
  'authorization_codes',
  'refresh_tokens',
  'device_codes',
  'revoked_access_tokens',
  'seen_jtis',
  'logout_deliveries',
];

/** The role of what answers requests, and the role of what works across organizations. */
export const DATABASE_ROLES = { api: 'namoid_api', worker: 'namoid_worker' } as const;

/** What the database has to be like for organizations to be kept apart. */
export const TENANCY_RULES: TenancyRules = {
  tenantTables: {
    organizations: 'id',
    ...Object.fromEntries(IN_ORGANIZATION.map((table) => [table, 'org_id'])),
    audit_outbox: 'tenant_id',
    audit_quarantine: 'tenant_id',
    audit_events: 'tenant_id',
    audit_heads: 'tenant_id',
  },
  exemptTables: {
    organization_directory:
      'A request brings a name in its path and no organization: leads to it, and to one of its modes.',
  },
  runtimeRoles: [DATABASE_ROLES.api],
  systemRole: DATABASE_ROLES.worker,
};
