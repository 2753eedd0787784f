import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';

import { Account } from './account.js';

const DIST = path.resolve(import.meta.dirname, '../../dist');
const COOKIE = '__Secure-nomosly-session';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What a test has the service do instead of its work. */
export type Fault =
  | { readonly problem: Readonly<Record<string, unknown>> & { readonly status: number } }
  /** Closes the connection without an answer. */
  | 'hang-up'
  /** Waits for `release`. */
  | 'hold';

/** A service that speaks the console's contract, over the built pages and their policy. */
export class ConsoleServer {
  readonly account = new Account();
  readonly #faults = new Map<string, Fault>();
  readonly #held: (() => void)[] = [];
  #sessions = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  static async start(): Promise<ConsoleServer> {
    const server = new ConsoleServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** Chromium takes Secure cookies from http://localhost, and from nowhere else without TLS. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://localhost:${String(port)}`;
  }

  /** Has every call of `GET /keys`, and so on, fail from now on. */
  fail(call: string, fault: Fault): void {
    this.#faults.set(call, fault);
  }

  repair(): void {
    this.#faults.clear();
    for (const release of this.#held.splice(0)) release();
  }

  /** Every session is over. */
  endSessions(): void {
    this.#sessions.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const route = url.pathname.replace(/^\/dashboard/, '');
    if (route === '/sign-in') {
      this.#signIn(url, response);
      return;
    }
    if (route === '/sign-out') {
      this.#sessions.delete(cookieOf(request));
      json(response, 200, { redirectTo: '/dashboard/signed-out' });
      return;
    }
    if (!route.startsWith('/api/')) {
      servePage(route, response);
      return;
    }
    const call = `${request.method ?? ''} ${route.slice('/api'.length)}`;
    const fault = this.#faults.get(call.replace(/\/nmk_.*/, '/{id}'));
    if (fault === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const body = await bodyOf(request);
    if (fault === 'hold') await new Promise<void>((resolve) => this.#held.push(resolve));
    else if (fault !== undefined) {
      problem(response, fault.problem);
      return;
    }
    this.#answerCall(call, url, body, request, response);
  }

  #signIn(url: URL, response: ServerResponse): void {
    const id = randomBytes(16).toString('hex');
    this.#sessions.set(id, randomBytes(16).toString('hex'));
    response
      .writeHead(302, {
        location: url.searchParams.get('return_to') ?? '/dashboard',
        'set-cookie': `${COOKIE}=${id}; Path=/dashboard; HttpOnly; Secure; SameSite=Lax`,
      })
      .end();
  }

  #answerCall(
    call: string,
    url: URL,
    body: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const csrfToken = this.#sessions.get(cookieOf(request));
    if (csrfToken === undefined) {
      problem(response, { status: 401, code: 'session_required', title: 'Sign in' });
      return;
    }
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== csrfToken) {
      problem(response, { status: 403, code: 'csrf_rejected', title: 'Refused' });
      return;
    }
    const answer = this.account.answer(call, url.searchParams, body);
    if ('problem' in answer) problem(response, answer.problem);
    else if (answer.body === undefined) response.writeHead(answer.status).end();
    else {
      const session = call === 'GET /session' ? { csrfToken } : {};
      json(response, answer.status, { ...answer.body, ...session });
    }
    if (call === 'POST /sessions/end-all') this.endSessions();
  }
}

const cookieOf = (request: IncomingMessage): string =>
  new RegExp(`${COOKIE}=([0-9a-f]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-1' })
    .end(JSON.stringify({ ...body, requestId: 'req-1' }));
}

function problem(
  response: ServerResponse,
  body: Readonly<Record<string, unknown>> & { readonly status: number },
): void {
  const { retryAfter, ...rest } = body;
  if (typeof retryAfter === 'number') response.setHeader('retry-after', String(retryAfter));
  response
    .writeHead(body.status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', requestId: 'req-1', ...rest }));
}

/** The built files under the policy that the service sends with them. */
function servePage(route: string, response: ServerResponse): void {
  const file = path.join(DIST, route);
  if (route.startsWith('/assets/') && existsSync(file)) {
    response
      .writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' })
      .end(readFileSync(file));
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    })
    .end(readFileSync(path.join(DIST, 'index.html'), 'utf8').replace('__CSP_NONCE__', nonce));
}
