import { type DeliveryQueueName } from '../../deliveries/delivery-job.js';

/** The queue that says "look at this logout". */
export const LOGOUT_QUEUE: DeliveryQueueName = { name: 'logouts', prefix: '{namoid}' };
