/**
 * What runs in each worker thread: load, warm up, say "ready", then one job after the other until
 * told to close.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { restrictDecoders } from '../image/decode.js';
import { type FromWorker, type ToWorker } from '../pool/messages.js';
import { Operations } from './operations.js';
import { type JobReply, type JobRequest, type WorkerSettings } from './protocol.js';

const port = parentPort;
if (port === null) throw new Error('This module is the entry of a worker thread.');
const { limits } = workerData as WorkerSettings;

restrictDecoders();
const operations = await Operations.load(limits);
await operations.warmUp();

async function handle(message: ToWorker<JobRequest>): Promise<void> {
  if (message.type === 'close') {
    await operations.release();
    // Nothing else holds the thread, so it ends by itself: no terminate() can hit native code.
    port?.close();
    return;
  }
  const reply = await operations.run(message.request);
  port?.postMessage({ type: 'reply', id: message.id, reply } satisfies FromWorker<JobReply>);
}

// A rejection is a fault of this program; unhandled, it ends the thread, and the pool replaces it.
port.on('message', (message: ToWorker<JobRequest>) => void handle(message));
port.postMessage({ type: 'ready' } satisfies FromWorker<JobReply>);
