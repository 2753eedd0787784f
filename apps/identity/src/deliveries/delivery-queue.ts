import { answerOf, callerConnection } from '@nomo/queues';
import { Queue } from 'bullmq';
import { type DeliveryJob, type DeliveryQueueName } from './delivery-job.js';

/** The calls for one kind of delivery. One that does not get through is made up for by the sweep. */
export type DeliveryQueue = Queue<DeliveryJob>;

/** @param redisUrl where the worker listens */
export function openDeliveryQueue(
  redisUrl: string,
  { name, prefix }: DeliveryQueueName,
): DeliveryQueue {
  const queue: DeliveryQueue = new Queue<DeliveryJob>(name, {
    prefix,
    connection: callerConnection(redisUrl),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  // Said by the connection that requests use, too; without a listener it would end us.
  queue.on('error', () => undefined);
  return queue;
}

/** A job has the id of its delivery: one that is called for already is not called for twice. */
export async function callFor(
  queue: DeliveryQueue,
  deliveries: readonly { readonly orgId: string; readonly id: string }[],
): Promise<void> {
  const calls = deliveries.map(({ orgId, id }) => ({
    name: 'deliver',
    data: { orgId, deliveryId: id },
    opts: { jobId: id },
  }));
  await answerOf(queue.addBulk(calls));
}
