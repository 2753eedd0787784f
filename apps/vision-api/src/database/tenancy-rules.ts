import { type TenancyRules } from '@nomo/tenancy';
import { databaseRoleOf, ROLES } from '../roles.js';

/** What the database has to be like for tenants to be kept apart. */
export const TENANCY_RULES: TenancyRules = {
  tenantTables: {
    users: 'id',
    api_keys: 'user_id',
    usage_records: 'user_id',
    usage_hours: 'user_id',
    quota_counters: 'user_id',
    audit_outbox: 'tenant_id',
    audit_quarantine: 'tenant_id',
    audit_events: 'tenant_id',
    audit_heads: 'tenant_id',
  },
  exemptTables: {
    api_key_directory:
      'A request brings a key id and no tenant: leads to the tenant, and says whether the key is revoked.',
    user_directory: 'A person is known by an e-mail address first: leads to the tenant.',
  },
  runtimeRoles: ROLES.filter((role) => role !== 'worker').map(databaseRoleOf),
  systemRole: databaseRoleOf('worker'),
};
