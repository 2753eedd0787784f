/** What somebody should hear of, and what an organization may have sent to it. */
export const SECURITY_EVENT_TYPES = [
  'authorization_code.replayed',
  'refresh_token.replayed',
  'signing_key.rotated',
  'application.secret_rotated',
  'user.password_changed',
  'user.deactivated',
  'user.signed_in_from_new_device',
  'user.locked_out',
] as const;

export type SecurityEventType = (typeof SECURITY_EVENT_TYPES)[number];

export interface NewSecurityEvent {
  readonly type: SecurityEventType;
  /** Whom or what it concerns: a user id, a client id, a kid. */
  readonly subject?: string | undefined;
  /** More about it. Never a secret. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
  readonly ip?: string | undefined;
}

export interface SecurityEvent extends Omit<NewSecurityEvent, 'data'> {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}
