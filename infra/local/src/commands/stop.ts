import { Failure } from '../failure.ts';
import { livingLeases } from '../leases.ts';
import { ended, send } from '../server-process.ts';
import { stopServices } from '../services.ts';
import { type Context } from './context.ts';
import { START_PURPOSE } from './start.ts';

/** A running `npm start` stops its services and the servers within this. */
const START_STOPS_WITHIN_MS = 60_000;

/** Stops a running `npm start` and the local servers, whoever uses them. */
export async function stop({ layout, settings, progress }: Context): Promise<number> {
  for (const lease of livingLeases(layout.leases)) {
    if (lease.purpose !== START_PURPOSE) continue;
    await progress.step(`ending "npm start", process ${lease.pid}`, async () => {
      send(lease, 'SIGTERM');
      if (!(await ended(lease, START_STOPS_WITHIN_MS))) {
        throw new Failure(
          `"npm start", process ${lease.pid}, does not end: end it with "kill -9 ${lease.pid}" and run this again.`,
        );
      }
      return `"npm start", process ${lease.pid}, and what it ran is stopped`;
    });
  }
  const stopped = await stopServices(layout);
  for (const server of stopped) progress.line(`✓ ${server} stopped`);
  const users = livingLeases(layout.leases).map((lease) => `${lease.purpose} (${lease.pid})`);
  if (stopped.length > 0 && users.length > 0)
    progress.line(`They were in use by ${users.join(', ')}.`);
  if (stopped.length === 0) progress.line('No local server runs.');
  for (const [variable, url] of [
    ['DATABASE_ADMIN_URL', settings.databaseAdminUrl],
    ['REDIS_URL', settings.redisUrl],
  ] as const) {
    if (url) progress.line(`The server of ${variable} is not ours and is left as it is.`);
  }
  return 0;
}
