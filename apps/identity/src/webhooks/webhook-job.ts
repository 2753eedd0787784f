import { z } from 'zod';

/** The queue that says "look at this delivery". The hash tag keeps its keys on one Redis node. */
export const WEBHOOK_QUEUE = { name: 'webhooks', prefix: '{namoid}' } as const;

/** All a job knows: what is sent is read from the database when it is sent. */
export const WebhookJob = z.strictObject({ orgId: z.uuid(), deliveryId: z.uuid() });

export type WebhookJob = z.infer<typeof WebhookJob>;
