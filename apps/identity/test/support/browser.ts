import { sha256Digest } from '@nomo/security-core';
import { type Request } from 'express';
import { Tenants } from '../../src/database/database.js';
import { SESSION_COOKIE } from '../../src/oauth/browser/browser-cookies.js';
import {
  type Onward,
  type PendingAuthorization,
} from '../../src/oauth/interactions/interaction.js';
import { Interactions } from '../../src/oauth/interactions/interactions.js';
import { type Realm } from '../../src/realms/realm.js';
import { type Session } from '../../src/sessions/session.js';
import { type User } from '../../src/users/user.js';
import { startSession } from './sessions.js';
import { type Stack } from './stack.js';

/**
 * A person at a browser: it keeps cookies, and what the hosted pages would do for the person is
 * done to the interactions by hand.
 */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  private session: Session | undefined;

  constructor(
    private readonly stack: Stack,
    private readonly realm: Realm,
  ) {}

  /** Sends a request with the browser's cookies, and follows nothing. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { cookie: this.cookieHeader(), ...(init.headers as Record<string, string>) },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Begins an authorization request, which has to ask something. Returns the interaction's name. */
  async begin(authorizeUrl: string): Promise<string> {
    const response = await this.send(authorizeUrl);
    const location = response.headers.get('location') ?? '';
    const prefix = `${this.realm.issuer}/sign-in/`;
    if (!location.startsWith(prefix)) {
      throw new Error(
        `no page was shown: ${response.status} ${location} ${await response.text()}`,
      );
    }
    return location.slice(prefix.length);
  }

  async pending(id: string): Promise<PendingAuthorization> {
    const found = await this.stack.get(Interactions).find(this.realm, this.request(), id);
    if (found?.kind !== 'authorization') throw new Error('the interaction is not there');
    return found;
  }

  /** Signs in on the page of an interaction, or on one that it has seen. */
  async signIn(which: string | PendingAuthorization, user: User): Promise<Onward> {
    const pending = typeof which === 'string' ? await this.pending(which) : which;
    await this.startSession(user);
    return this.stack
      .get(Interactions)
      .resume(
        this.realm,
        this.request(),
        pending,
        { session: this.session },
        this.origin(user),
      );
  }

  /** Answers the question for consent of an interaction, or of one that it has seen. */
  async consent(
    which: string | PendingAuthorization,
    user: User,
    granted = true,
  ): Promise<Onward> {
    const pending = typeof which === 'string' ? await this.pending(which) : which;
    const answer = { session: this.session, consent: { userId: user.id, granted } };
    return this.stack
      .get(Interactions)
      .resume(this.realm, this.request(), pending, answer, this.origin(user));
  }

  /** Goes through everything that is asked. Returns where the browser ends up. */
  async authorize(authorizeUrl: string, user: User): Promise<URL> {
    const first = await this.send(authorizeUrl);
    let location = first.headers.get('location') ?? '';
    const prefix = `${this.realm.issuer}/sign-in/`;
    while (location.startsWith(prefix)) {
      const id = location.slice(prefix.length);
      const { ask } = await this.pending(id);
      const onward =
        ask.page === 'login' ? await this.signIn(id, user) : await this.consent(id, user);
      if (onward.kind !== 'redirect') throw new Error(`the browser got ${onward.kind}`);
      location = onward.location;
    }
    if (location === '') throw new Error(`no answer: ${first.status} ${await first.text()}`);
    return new URL(location);
  }

  /** What the sign-in page does after a password was right. */
  async startSession(user: User): Promise<Session> {
    const { session, token } = await this.stack
      .get(Tenants)
      .withTenant(this.realm.orgId, (tx) =>
        startSession(this.stack, tx, this.realm, user.id, this.origin(user)),
      );
    this.session = session;
    this.cookies.set(SESSION_COOKIE, token.reveal());
    return session;
  }

  /** The request of this browser, as far as interactions look at one. */
  request(): Request {
    return { headersDistinct: { cookie: [this.cookieHeader()] } } as unknown as Request;
  }

  origin(user: User): { readonly actor: { readonly type: 'user'; readonly id: string } } {
    return { actor: { type: 'user', id: user.id } };
  }

  private cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

export const REDIRECT_URI = 'https://app.example.com/callback';
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const CHALLENGE = Buffer.from(sha256Digest(VERIFIER)).toString('base64url');

/** The address of an authorization request; names that are undefined are left out. */
export function authorizeUrl(
  realm: Realm,
  clientId: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters: Readonly<Record<string, string | undefined>> = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email offline_access',
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  const sent = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return `${realm.issuer}/authorize?${new URLSearchParams(sent).toString()}`;
}
