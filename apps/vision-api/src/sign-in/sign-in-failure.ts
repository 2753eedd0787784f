/** What the page is told of a sign-in that came to nothing. */
export type SignInFailureReason =
  | 'expired'
  | 'denied'
  | 'provider_unavailable'
  | 'email_unverified'
  | 'rejected'
  | 'unavailable'
  | 'too_many';

/** A sign-in that came to nothing: nobody was signed in. */
export class SignInFailure extends Error {
  readonly code = 'sign_in_failed';

  /** @param reason - For the page; the cause is for the log. */
  constructor(
    readonly reason: SignInFailureReason,
    options?: ErrorOptions,
  ) {
    super(`the sign-in failed: ${reason}`, options);
    this.name = 'SignInFailure';
  }
}
