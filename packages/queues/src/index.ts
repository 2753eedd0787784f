/** What every user of BullMQ has to get right, once. */
export { callerConnection, queueConnection, workerConnection } from './connection.js';
export { answerOf, inTime } from './in-time.js';
export { leaveQueue } from './leave-queue.js';
export { QueueWorker, type QueueWorkerOptions } from './queue-worker.js';
