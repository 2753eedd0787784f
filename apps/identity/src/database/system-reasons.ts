import { auditReasons } from '@nomo/audit';

/**
 * Why anything here may look across organizations. There is no other reason: `asSystem`
 * refuses what is not in this list.
 */
export const SYSTEM_REASONS = [
  ...auditReasons,
  'create an organization',
  'list organizations',
  'find signing keys that are due',
  'find webhook deliveries that are due',
  'find logouts that are due',
  'remove what has expired',
] as const;

export type SystemReason = (typeof SYSTEM_REASONS)[number];
