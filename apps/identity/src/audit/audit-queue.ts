/** The braces keep the queue's keys in one cluster slot, as BullMQ needs. */
export const AUDIT_QUEUE_PREFIX = '{namoid}';
