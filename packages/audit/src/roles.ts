/** Which database roles may do what with the audit trail. */
export interface AuditRoles {
  /** Record events: each may insert into the outbox, for the tenant that it has set. */
  readonly roles: readonly string[];
  /** Also read the chained events of the tenant that they have set. None unless given. */
  readonly readers?: readonly string[];
  /** The worker's: reads and clears the outbox, appends to the chains. No other role can. */
  readonly systemRole: string;
}
