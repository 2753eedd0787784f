import { Worker } from 'bullmq';
import { Pool } from 'pg';
import type { UsageEvent } from '@nomo/vision-api/dist/usage/usage-event.js';

/** How the peer is set up. */
export interface RowByRowSetup {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly queue: string;
  readonly prefix: string;
  /** Jobs at once, and as many connections. */
  readonly concurrency: number;
}

/**
 * What one writes first: a job for each event, an INSERT for each job, prepared once a
 * connection, into the same table with the same sums. Ends by SIGTERM.
 */
const { databaseUrl, redisUrl, queue, prefix, concurrency } = JSON.parse(
  process.argv[2] ?? '',
) as RowByRowSetup;
const pool = new Pool({ connectionString: databaseUrl, max: concurrency });
const worker = new Worker<UsageEvent>(
  queue,
  async ({ data }) => {
    await pool.query({
      name: 'insert',
      text: `INSERT INTO usage_records (user_id, event_id, key_id, operation, status, occurred_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      values: [
        data.userId,
        data.eventId,
        data.keyId,
        data.operation,
        data.status,
        new Date(data.occurredAt),
      ],
    });
  },
  { prefix, connection: { url: redisUrl, maxRetriesPerRequest: null }, concurrency },
);
worker.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
});
process.on('SIGTERM', () => {
  void worker.close().then(async () => {
    await pool.end();
  });
});
