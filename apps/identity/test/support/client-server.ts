import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** An application that users come back to, and which sends them on to its home elsewhere. */
export interface ClientServer {
  readonly url: string;
  readonly redirectUri: string;
  /** Of another origin. */
  readonly homeUrl: string;
  /** What the last callback came with, in the query or in a form. */
  lastCallback(): Readonly<Record<string, string>>;
  forget(): void;
  stop(): Promise<void>;
}

export async function startClientServer(): Promise<ClientServer> {
  let last: Readonly<Record<string, string>> = {};
  const home = await listen((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>Home</title><h1>Home</h1>');
  });
  const homeUrl = `${urlOf(home)}/home`;
  const server = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://client');
    if (pathname !== '/callback') {
      response.setHeader('content-type', 'text/html').end('<title>Client</title>');
      return;
    }
    void bodyOf(request).then((body) => {
      last = Object.fromEntries([...searchParams, ...new URLSearchParams(body)]);
      response.writeHead(302, { location: homeUrl }).end();
    });
  });
  return {
    url: urlOf(server),
    redirectUri: `${urlOf(server)}/callback`,
    homeUrl,
    lastCallback: () => last,
    forget() {
      last = {};
    },
    async stop() {
      for (const each of [server, home]) {
        each.closeAllConnections();
        each.close();
        await once(each, 'close');
      }
    },
  };
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
