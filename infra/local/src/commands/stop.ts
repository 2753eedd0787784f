import { Failure } from '../failure.ts';
import { livingLeases } from '../leases.ts';
import { ended, send } from '../server-process.ts';
import { stopServices } from '../services.ts';
import { type Context } from './context.ts';
import { ENDS_WITHIN_MS, START_PURPOSE } from './start.ts';

/** Stops a running `npm start` and the local servers, whoever uses them. */
export async function stop({ layout, settings, progress }: Context): Promise<number> {
  const starts = livingLeases(layout.leases).filter(({ purpose }) => purpose === START_PURPOSE);
  for (const lease of starts) {
    await progress.step(`ending "npm start", process ${lease.pid}`, async () => {
      send(lease, 'SIGTERM');
      if (!(await ended(lease, ENDS_WITHIN_MS))) {
        throw new Failure(
          `"npm start", process ${lease.pid}, does not end: end it with "kill -9 ${lease.pid}" and run this again.`,
        );
      }
      return `"npm start", process ${lease.pid}, is ended, and its services with it`;
    });
  }
  // Those of a run that was alone have gone with it.
  const stopped = await stopServices(layout);
  for (const server of stopped) progress.line(`✓ ${server} stopped`);
  const users = livingLeases(layout.leases).map((lease) => `${lease.purpose} (${lease.pid})`);
  if (stopped.length > 0 && users.length > 0)
    progress.line(`They were in use by ${users.join(', ')}.`);
  if (starts.length > 0) progress.line('No server of this checkout runs any more.');
  else if (stopped.length === 0) progress.line('There was nothing to stop.');
  for (const [variable, url] of [
    ['DATABASE_ADMIN_URL', settings.databaseAdminUrl],
    ['REDIS_URL', settings.redisUrl],
  ] as const) {
    if (url) progress.line(`The server of ${variable} is not ours and is left as it is.`);
  }
  return 0;
}
