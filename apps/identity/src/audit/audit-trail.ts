import { type AnnounceAudit, type AuditEventContext } from '@nomo/audit';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type WritingTransaction } from '@nomo/tenancy';
import { auditCatalogue } from './audit.catalogue.js';
import { type Origin } from './origin.js';

/** Injects who is told of an organization with new events, where somebody is. */
export const ANNOUNCE_AUDIT = Symbol('who is told of new audit events');

type CatalogueEvent = Parameters<typeof auditCatalogue.recordAudit>[1];

/** Of a union each member by itself; `Omit` would melt them into one. */
type OmitEach<Union, Keys extends PropertyKey> = Union extends unknown
  ? Omit<Union, Keys>
  : never;

/** An event of the catalogue without what its transaction and origin say. */
export type Recorded = OmitEach<CatalogueEvent, Exclude<keyof AuditEventContext, 'target'>>;

/** Writes the audit trail, in the transaction of what it tells. */
@Injectable()
export class AuditTrail {
  private readonly events: typeof auditCatalogue;

  constructor(@Optional() @Inject(ANNOUNCE_AUDIT) announce?: AnnounceAudit) {
    this.events =
      announce === undefined ? auditCatalogue : auditCatalogue.announcedTo(announce);
  }

  /** @throws {AuditEventRefused} before any SQL: let it roll the transaction back */
  async record(
    tx: WritingTransaction,
    orgId: string,
    origin: Origin,
    event: Recorded,
  ): Promise<void> {
    // The origin and the tenant are what was left out of one member of the union.
    const whole = { ...origin, tenantId: orgId, ...event } as CatalogueEvent;
    await this.events.recordAudit(tx, whole);
  }
}
