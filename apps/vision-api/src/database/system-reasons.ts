import { auditReasons } from '@nomo/audit';

/** Every reason to look across tenants. A test lists where each of them is given. */
export const SYSTEM_REASONS = [
  'write a batch of usage',
  'remove what has expired',
  ...auditReasons,
] as const;

export type SystemReason = (typeof SYSTEM_REASONS)[number];
