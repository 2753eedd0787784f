import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import path from 'node:path';

const PAGE = readFileSync(
  path.join(import.meta.dirname, 'single-page-application.html'),
  'utf8',
);
// Its build for browsers is not among what the package exports: it lies beside what it does.
const LIBRARY = readFileSync(
  path.resolve(
    path.dirname(createRequire(import.meta.url).resolve('oidc-client-ts')),
    '../browser/oidc-client-ts.min.js',
  ),
  'utf8',
);

/** A program in a browser that stands on `oidc-client-ts`, on an origin of its own. */
export interface SinglePageApplication {
  readonly url: string;
  /** Tells the page whom to ask, and by which name. */
  configure(settings: SinglePageSettings): void;
  stop(): Promise<void>;
}

/** What the library is given. */
export interface SinglePageSettings {
  readonly authority: string;
  readonly client_id: string;
}

/** Serves the same page at every address, as such an application is served. */
export async function startSinglePageApplication(): Promise<SinglePageApplication> {
  let settings: SinglePageSettings | undefined;
  const server = createServer((request, response) => {
    if (request.url === '/oidc-client-ts.js') {
      response.setHeader('content-type', 'text/javascript').end(LIBRARY);
    } else if (request.url === '/settings.json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(settings));
    } else if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
    } else {
      response.setHeader('content-type', 'text/html').end(PAGE);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    configure(given) {
      settings = given;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
