import { findFreePort } from '@nomo/local/testing';
import { startSecondProvider, type Account, type SecondProvider } from './second-provider.js';
import { TestBrowser } from './browser.js';
import { startStack, type Stack } from './stack.js';

/** A browser that is signed in, with what its pages would know. */
export interface SignedIn {
  readonly browser: TestBrowser;
  readonly csrfToken: string;
  readonly userId: string;
  /** Calls the console as its pages do. */
  call(path: string, init?: RequestInit): Promise<Response>;
}

/** The service with its console, and a provider that is not ours. */
export interface Console {
  readonly stack: Stack;
  readonly provider: SecondProvider;
  /** Where browsers reach it. */
  readonly origin: string;
  signIn(account?: Account, browser?: TestBrowser): Promise<SignedIn>;
  /** Goes to the provider and back, up to the callback, which is not called. */
  untilCallback(browser: TestBrowser, returnTo?: string): Promise<string>;
  /** Goes the whole way. @returns where the browser ends up, path and query */
  signInPage(browser: TestBrowser, returnTo?: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startConsole(
  environment: Record<string, string> = {},
  options: Parameters<typeof startStack>[1] = {},
): Promise<Console> {
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const provider = await startSecondProvider(origin);
  const stack = await startStack(
    {
      PORT: String(port),
      PUBLIC_URL: origin,
      ...provider.environment,
      RATE_LIMIT_PER_SECOND: '10000',
      RATE_LIMIT_BURST: '100000',
      ...environment,
    },
    options,
  );

  const untilCallback = async (
    browser: TestBrowser,
    returnTo = '/dashboard/keys',
  ): Promise<string> => {
    const query = new URLSearchParams({ return_to: returnTo }).toString();
    const callback = `${origin}/dashboard/callback`;
    const { url } = await browser.follow(`${origin}/dashboard/sign-in?${query}`, callback);
    return url;
  };
  const signInPage = async (browser: TestBrowser, returnTo?: string): Promise<string> => {
    const response = await browser.send(await untilCallback(browser, returnTo));
    return response.headers.get('location') ?? `no redirect: ${response.status}`;
  };

  return {
    stack,
    provider,
    origin,
    untilCallback,
    signInPage,
    async signIn(account, browser = new TestBrowser()) {
      if (account !== undefined) provider.person.account = account;
      const end = await signInPage(browser);
      if (end !== '/dashboard/keys') throw new Error(`nobody was signed in: ${end}`);
      const response = await browser.send(`${origin}/dashboard/api/session`);
      const { csrfToken, user } = (await response.json()) as {
        csrfToken: string;
        user: { id: string };
      };
      return {
        browser,
        csrfToken,
        userId: user.id,
        call: (path, init = {}) =>
          browser.send(`${origin}/dashboard/api/${path}`, {
            ...init,
            headers: {
              'sec-fetch-site': 'same-origin',
              origin,
              'x-csrf-token': csrfToken,
              ...(typeof init.body === 'string' && { 'content-type': 'application/json' }),
              ...(init.headers as Record<string, string>),
            },
          }),
      };
    },
    async stop() {
      await stack.stop();
      await provider.stop();
    },
  };
}
