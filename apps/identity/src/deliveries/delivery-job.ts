import { z } from 'zod';

/** All a job knows: what is sent, and to whom, is read from the database when it is sent. */
export const DeliveryJob = z.strictObject({ orgId: z.uuid(), deliveryId: z.uuid() });

export type DeliveryJob = z.infer<typeof DeliveryJob>;

/** A queue that says "look at this delivery". */
export interface DeliveryQueueName {
  readonly name: string;
  /** In braces: BullMQ needs all keys of a queue in one cluster slot. */
  readonly prefix: string;
}
