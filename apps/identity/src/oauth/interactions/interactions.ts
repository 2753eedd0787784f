import { type Request, type Response } from 'express';
import { type Origin } from '../../audit/origin.js';
import { type Realm } from '../../realms/realm.js';
import { type Session } from '../../sessions/session.js';
import { type Onward, type PendingInteraction, type UserAnswer } from './interaction.js';

/**
 * What waits for a user: kept in the database, known by a random name of which only the SHA-256
 * is stored, and bound to the browser that began it by a cookie of its own.
 */
export abstract class Interactions {
  /**
   * The interaction of this name, if it waits and is this browser's; undefined for all else, of
   * which nothing more is said. For GET and POST alike: look first, then act.
   */
  abstract find(
    realm: Realm,
    request: Request,
    id: string,
  ): Promise<PendingInteraction | undefined>;

  /**
   * Goes on with an authorization request. Either it is answered, which uses up the interaction
   * in the same transaction, or there is more to ask: then it leads to the page again.
   *
   * @throws {InteractionGone} somebody else has answered meanwhile
   */
  abstract resume(
    realm: Realm,
    request: Request,
    id: string,
    answer: UserAnswer,
    origin: Origin,
  ): Promise<Onward>;

  /**
   * The user has said yes to signing out (or no: then they are led nowhere and stay signed in).
   * Clear the session cookie after a yes.
   *
   * @throws {InteractionGone}
   */
  abstract confirmSignOut(
    realm: Realm,
    request: Request,
    id: string,
    answer: { readonly confirmed: boolean; readonly session: Session | undefined },
    origin: Origin,
  ): Promise<Onward>;

  /**
   * Begins a sign-in that no application asked for, and binds it to the browser.
   *
   * @param returnTo below the issuer, written by us: begins with a single slash
   * @returns the address of its page
   */
  abstract beginSignIn(
    realm: Realm,
    request: Request,
    response: Response,
    returnTo: string,
  ): Promise<string>;
}
