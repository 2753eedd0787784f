import { type Request, type Response } from 'express';
import { type BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { type Onward } from '../oauth/interactions/interaction.js';
import { type Realm } from '../realms/realm.js';
import { leavingPage } from './pages/leaving-pages.js';
import { sendPage } from './page-sender.js';

/** A request for a page, and where its answer goes. */
export interface PageExchange {
  readonly realm: Realm;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Leads the browser on after a form: to a page of ours by a redirect, to an application by a page.
 * Browsers hold all redirects that follow a form to its page's `form-action`, those that the
 * application makes included; what is no browser gets a plain redirect.
 */
export function leadOn(
  answers: BrowserAnswers,
  { realm, request, response }: PageExchange,
  onward: Onward,
): void {
  const navigates = request.headers['sec-fetch-mode'] === 'navigate';
  if (onward.kind === 'redirect' && navigates && leavesByHttp(realm, onward.location)) {
    sendPage(response, 200, leavingPage(realm, onward.location));
    return;
  }
  answers.send(response, realm, onward);
}

/**
 * Private schemes stay redirects: the system asks before it opens an application for a page that
 * moves by itself. Their schemes stand in `form-action`.
 */
function leavesByHttp({ issuer }: Realm, location: string): boolean {
  const { origin, protocol } = new URL(location);
  return /^https?:$/.test(protocol) && origin !== new URL(issuer).origin;
}
