import { Injectable } from '@nestjs/common';
import { type SignIn } from '@nomo/oauth-engine';
import { type Secret } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { type Session } from '../../sessions/session.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { clearRealmCookie, SESSION_COOKIE, setRealmCookie } from './browser-cookies.js';

/** By which session a browser is signed in. */
@Injectable()
export class BrowserSessions {
  constructor(private readonly sessions: SessionsService) {}

  /** The living session that the browser's cookie names. */
  async find(realm: Realm, request: Request): Promise<Session | undefined> {
    const token = readCookie(request, SESSION_COOKIE);
    return token === undefined ? undefined : this.sessions.find(realm, token);
  }

  /** Gives the browser a session, in place of any it had. Only after its transaction has committed. */
  remember(response: Response, realm: Realm, token: Secret<string>): void {
    setRealmCookie(response, realm, {
      name: SESSION_COOKIE,
      value: token.reveal(),
      maxAgeSeconds: realm.settings.sessionTtl,
    });
  }

  /**
   * Has the browser forget the session that it came with. Ends nothing by itself. A form of another
   * site's page comes without the cookie (SameSite=Lax): it shall not take it from the browser
   * either, or any page could sign its visitors out.
   */
  forget(request: Request, response: Response, realm: Realm): void {
    if (readCookie(request, SESSION_COOKIE) === undefined) return;
    clearRealmCookie(response, realm, SESSION_COOKIE);
  }
}

/** What the engine has to know of a session. */
export function signInOf({ id, userId, authenticatedAt, acr, amr }: Session): SignIn {
  return { sessionId: id, userId, authenticatedAt, amr, ...(acr !== undefined && { acr }) };
}
