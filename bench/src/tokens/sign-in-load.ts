import { closedLoop, type LoopPlan, type LoopResult } from '../frame/closed-loop.ts';
import { HttpConnections, requestBytes } from '../frame/http-connections.ts';
import { serve } from '../frame/serve.ts';
import { turn } from '../frame/turn.ts';
import { PASSWORD } from './seed.ts';

export interface SignInPlan extends LoopPlan {
  /** The processes that answer, in turn. */
  readonly origins: readonly string[];
  /** The path and query of an authorization request, of a first-party application. */
  readonly authorize: string;
  /** Addresses of users; they sign in in turn. */
  readonly emails: readonly string[];
  /** Where they are sent in the end. */
  readonly redirectUri: string;
}

export interface SignInLoad {
  /** Each call is a sign-in from the application's redirect to the code it is sent back with. */
  signIns(plan: SignInPlan): Promise<LoopResult>;
}

/** People who sign in on the hosted pages, each with a browser that was never here before. */
serve<null, SignInLoad>(() =>
  Promise.resolve({
    methods: {
      signIns: async ({ origins, authorize, emails, redirectUri, ...plan }) => {
        await using stack = new AsyncDisposableStack();
        const processes = origins.map((origin) => stack.use(new HttpConnections(origin)));
        return await closedLoop(plan, (index) =>
          new Browser(turn(processes, index)).signIn(
            authorize,
            turn(emails, index),
            redirectUri,
          ),
        );
      },
    },
  }),
);

interface Page {
  readonly path: string;
  readonly location: string;
  readonly html: string;
}

class Browser {
  readonly #connections: HttpConnections;
  readonly #cookies = new Map<string, string>();

  constructor(connections: HttpConnections) {
    this.#connections = connections;
  }

  async signIn(authorize: string, email: string, redirectUri: string): Promise<void> {
    let page = await this.#send('GET', authorize);
    while (page.location !== '') page = await this.#send('GET', pathOf(page.location));
    const [, head = '', inner = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(page.html) ?? [];
    const fields = new URLSearchParams({ email, password: PASSWORD });
    for (const [input] of inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g))
      fields.set(attribute(input, 'name'), attribute(input, 'value'));
    const action = attribute(head, 'action') || page.path;
    const { location, html } = await this.#send('POST', pathOf(action), fields.toString());
    if (!location.startsWith(`${redirectUri}?code=`))
      throw new Error(`the sign-in ended at "${location}": ${html.slice(0, 2000)}`);
  }

  async #send(method: 'GET' | 'POST', path: string, body?: string): Promise<Page> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#connections.send(
      requestBytes({
        method,
        path,
        headers: {
          ...(cookies !== '' && { cookie: cookies }),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body !== undefined && { body }),
      }),
    );
    for (const cookie of answer.headers('set-cookie')) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const { status, body: html } = answer;
    if (status >= 400) throw new Error(`${path} answered ${status}: ${html.slice(0, 2000)}`);
    return { path, location: answer.headers('location')[0] ?? '', html };
  }
}

/** Addresses are those of the issuer, which is not where the service listens. */
function pathOf(address: string): string {
  const { pathname, search } = new URL(address, 'http://identity.example.com');
  return `${pathname}${search}`;
}

function attribute(tag: string, name: string): string {
  // As a whole word: `action` is no part of `formaction`.
  const found = tag.split(` ${name}="`)[1]?.split('"')[0] ?? '';
  return found.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
