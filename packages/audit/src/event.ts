/** Who did it. */
export interface AuditActor {
  readonly type: 'user' | 'api_key' | 'application' | 'service' | 'operator';
  /** Never the secret by which the actor was recognised. */
  readonly id: string;
}

/** To what it was done. */
export interface AuditTarget {
  /** Such as `api_key`: a-z, 0-9 and `_`. */
  readonly type: string;
  readonly id: string;
}

/** What of an event does not depend on its action. */
export interface AuditEventContext {
  /** A UUID: whose trail the event belongs to. */
  readonly tenantId: string;
  readonly actor: AuditActor;
  readonly target: AuditTarget;
  /** The request in which it happened, as the log names it. What looks like a secret is taken out. */
  readonly requestId?: string | undefined;
  /** An IPv4 or IPv6 address. */
  readonly ip?: string | undefined;
  /** What looks like a secret is taken out; what follows the 512th character then is left out. */
  readonly userAgent?: string | undefined;
}
