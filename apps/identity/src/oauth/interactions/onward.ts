import { type AuthorizationOutcome, type SessionEnded } from '@nomo/oauth-engine';
import { type Realm } from '../../realms/realm.js';
import { type Onward, type PendingInteraction, type PendingSignIn } from './interaction.js';

/** What a request leads to that a user has answered. */
export type InteractionOutcome = AuthorizationOutcome | SessionEnded;

/** The address of the page where one waits. */
export function pageOf(
  { issuer }: Realm,
  { kind, id }: Pick<PendingInteraction, 'kind' | 'id'>,
): string {
  return `${issuer}/${kind === 'sign_out' ? 'sign-out' : 'sign-in'}/${id}`;
}

/** How a browser goes on once somebody is signed in whom no application asked to. */
export function returnFrom({ issuer }: Realm, { returnTo }: PendingSignIn): Onward {
  return { kind: 'redirect', location: `${issuer}${returnTo}` };
}

/** How a browser goes on after an answer that needs no more of its user. */
export function onwardOf(
  outcome: Exclude<InteractionOutcome, { readonly kind: 'interaction' }>,
): Onward {
  switch (outcome.kind) {
    case 'ended':
      return outcome.location === undefined
        ? { kind: 'signed_out' }
        : { kind: 'redirect', location: outcome.location };
    case 'redirect':
      return { kind: 'redirect', location: outcome.location };
    case 'form_post':
      return { kind: 'form_post', action: outcome.action, fields: outcome.fields };
    case 'error_page':
      return { kind: 'error_page', refusal: outcome.refusal };
  }
}

/** The code that an application is answered with. What its own address says comes before it. */
export function codeIn(onward: Onward): string | undefined {
  switch (onward.kind) {
    case 'redirect':
      return new URL(onward.location).searchParams.getAll('code').at(-1);
    case 'form_post':
      return onward.fields['code'];
    case 'error_page':
    case 'signed_out':
      return undefined;
  }
}
