import { type TenancyRules } from '@nomo/tenancy';
import { databaseRoleOf, ROLES } from '../roles.js';

/** What the database has to be like for tenants to be kept apart. */
export const TENANCY_RULES: TenancyRules = {
  tenantTables: {
    users: 'id',
    user_identities: 'user_id',
    sessions: 'user_id',
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
    identity_directory:
      'A person arrives with a provider’s name for them and no tenant: leads to the tenant.',
    session_directory:
      'A browser brings a token, and a provider its name for a session, and no tenant: leads to the tenant.',
    sign_in_attempts: 'Whoever signs in is nobody yet.',
    used_logout_tokens: 'What a provider has sent once; says nothing of whom it was about.',
  },
  runtimeRoles: ROLES.filter((role) => role !== 'worker').map(databaseRoleOf),
  systemRole: databaseRoleOf('worker'),
};
