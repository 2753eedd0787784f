import { type auditEvents } from './audit-events.js';

/** Injects what records audit events. */
export const AUDIT = Symbol('AUDIT');

export type Audit = Pick<typeof auditEvents, 'recordAudit' | 'recordBeside'>;

/** The braces keep the queue's keys in one cluster slot, as BullMQ needs. */
export const AUDIT_QUEUE_PREFIX = '{nomosly}';
