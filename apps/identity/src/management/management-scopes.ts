/** What a token for the management API may be allowed, and what that means. */
export const MANAGEMENT_SCOPES = {
  'organization:read': 'Read the name, branding and settings of the organization.',
  'organization:write': 'Change the name, branding and settings of the organization.',
  'applications:read': 'Read applications.',
  'applications:write':
    'Make and change applications, and rotate their secrets. As much as all other scopes: applications may be given any.',
  'resources:read': 'Read resource servers.',
  'resources:write': 'Make, change and remove resource servers.',
  'users:read': 'Read users.',
  'users:write': 'Make, change and deactivate users, and set their passwords.',
  'sessions:read': 'Read who is signed in.',
  'sessions:write': 'End sessions.',
  'consents:read': 'Read what users let applications have.',
  'consents:write': 'Take consents back.',
  'grants:read': 'Read which applications hold tokens of users.',
  'grants:write': 'End grants, with their tokens.',
  'keys:read': 'Read which signing keys there are.',
  'keys:write': 'Rotate signing keys.',
  'security-events:read': 'Read security events.',
  'webhooks:read': 'Read webhook endpoints and their deliveries.',
  'webhooks:write': 'Make, change and remove webhook endpoints.',
  'audit:read': 'Read the audit trail.',
} as const;

export type ManagementScope = keyof typeof MANAGEMENT_SCOPES;
