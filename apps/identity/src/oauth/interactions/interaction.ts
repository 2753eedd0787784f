import {
  type AuthorizationRequest,
  type EndSessionRequest,
  type Interaction as Ask,
  type OAuthError,
} from '@nomo/oauth-engine';
import { type Secret } from '@nomo/security-core';
import { type Session } from '../../sessions/session.js';

/** What an application's name and face are, for the page that asks about it. */
export interface AskingApplication {
  readonly clientId: string;
  readonly name: string;
  readonly logoUrl: string | undefined;
  readonly firstParty: boolean;
}

/** An authorization request that waits for its user. Its page is `{issuer}/sign-in/{id}`. */
export interface PendingAuthorization {
  readonly kind: 'authorization';
  /** For the addresses of its pages, and for nothing else: whoever has it can almost act on it. */
  readonly id: string;
  /** What the user has to do next: `login`, `select_account` or `consent`. */
  readonly ask: Ask;
  /** The checked request: scope, `loginHint`, `uiLocales`, `display` … */
  readonly request: AuthorizationRequest;
  readonly application: AskingApplication;
  /** With what the last form of its pages was answered. */
  readonly answered: SealedAnswer | undefined;
  readonly expiresAt: Date;
}

/** A request to sign out that the user has to confirm. Its page is `{issuer}/sign-out/{id}`. */
export interface PendingSignOut {
  readonly kind: 'sign_out';
  readonly id: string;
  readonly request: EndSessionRequest;
  /** Who asks; undefined where the request did not say. */
  readonly application: AskingApplication | undefined;
  readonly expiresAt: Date;
}

/** A sign-in that no application asked for: for the device page. Its page is `{issuer}/sign-in/{id}`. */
export interface PendingSignIn {
  readonly kind: 'sign_in';
  readonly id: string;
  /** Where to go on below the issuer: a path that was written by us, such as `/device?user_code=…`. */
  readonly returnTo: string;
  /** With what the last form of its page was answered. */
  readonly answered: SealedAnswer | undefined;
  readonly expiresAt: Date;
}

export type PendingInteraction = PendingAuthorization | PendingSignOut | PendingSignIn;

/** What a user has done on the pages of an authorization request. */
export interface UserAnswer {
  /** The living session of the browser: the one that its cookie names, or that starts with this answer. */
  readonly session?: Session | undefined;
  /** Whom the user chose to go on as (`select_account`): the user of that session. */
  readonly selectedUserId?: string;
  /** What was answered on the consent page, and as whom. */
  readonly consent?: { readonly userId: string; readonly granted: boolean };
  /** The user turned away from signing in. */
  readonly cancelled?: boolean;
  /** By what form it came, if it is to be answered alike when that is sent again. */
  readonly sent?: SentForm;
}

/** A form of one of our pages, as it is known again. */
export interface SentForm {
  /** SHA-256 of the form, with its token: no other form and no other browser's has it. */
  readonly digest: Uint8Array;
  /** Of the session that starts with it, if one does. */
  readonly sessionToken?: Secret<string>;
}

/** What a form was answered with, kept for that very form. {@link KeptAnswers} opens it. */
export interface SealedAnswer {
  readonly sealed: Uint8Array;
  readonly at: Date;
}

/** How the browser goes on. `BrowserAnswers.send` sends it. */
export type Onward =
  /** To a page of ours, or back to the application. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** To the application by a form (OAuth 2.0 Form Post Response Mode). */
  | {
      readonly kind: 'form_post';
      readonly action: string;
      readonly fields: Readonly<Record<string, string>>;
    }
  /** Nowhere: the request is broken, and nobody may be told. */
  | { readonly kind: 'error_page'; readonly refusal: OAuthError }
  /** The user is signed out, and no application wants them back. */
  | { readonly kind: 'signed_out' };

/**
 * The interaction is over, has expired, or is another browser's; or a form was answered meanwhile,
 * or this very one before. Nothing was done.
 */
export class InteractionGone extends Error {
  readonly code = 'interaction_gone';

  constructor() {
    super('The interaction is over, or not of this browser');
  }
}
