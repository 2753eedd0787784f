/**
 * One process of a race, on several connections: waits for `start`, sends as many checks as
 * it was told, all at once on each connection, and reports what passed.
 */
import { createLimitsConnection, Limits } from '@nomo/limits';

const [url, connections, checks, request] = process.argv.slice(2);
const clients = Array.from({ length: Number(connections) }, () => createLimitsConnection(url));
await Promise.all(clients.map((client) => new Promise((ready) => client.once('ready', ready))));
process.send('ready');
await new Promise((start) => process.once('message', start));

const racers = clients.map((client) => new Limits(client, { timeoutMs: 30_000 }));
const verdicts = await Promise.all(
  racers.flatMap((limits) =>
    Array.from({ length: Number(checks) }, () => limits.check(JSON.parse(request))),
  ),
);
process.send({
  bucket: verdicts.filter(({ bucket }) => bucket.allowed).length,
  quota: verdicts.filter(({ quota }) => quota?.allowed).length,
  used: verdicts.filter(({ quota }) => quota?.allowed).map(({ quota }) => quota.used),
});
for (const client of clients) {
  client.disconnect();
}
process.disconnect();
