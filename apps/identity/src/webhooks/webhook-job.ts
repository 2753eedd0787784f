import { type DeliveryQueueName } from '../deliveries/delivery-job.js';

/** The queue that says "look at this webhook". */
export const WEBHOOK_QUEUE: DeliveryQueueName = { name: 'webhooks', prefix: '{namoid}' };
