import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** The barest route there can be behind a check of the key. */
export interface Routes {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /checked`, which answers 200 once `check` resolves. Every contender's check
 * stands behind this same route, so that what differs is the check.
 *
 * @param check rejects when the key is not to pass.
 */
export async function serveRoutes(check: (key: string) => Promise<void>): Promise<Routes> {
  const app = express();
  app.disable('x-powered-by');
  app.get('/checked', async (request, response) => {
    await check(request.get('x-api-key') ?? '');
    response.json({ ok: true });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
