interface SignInFailure {
  readonly title: string;
  readonly text: string;
  readonly advice: string;
  /** What the button to sign in says. */
  readonly action: string;
}

const rejected: SignInFailure = {
  title: 'The sign-in was not accepted',
  text: 'The answer of your sign-in provider did not pass our checks, so nobody was signed in.',
  advice: 'If this happens again, tell whoever runs this service: its settings may be wrong.',
  action: 'Try again',
};

const failures = new Map<string, SignInFailure>(
  Object.entries({
    expired: {
      title: 'This sign-in is no longer valid',
      text: 'It took longer than ten minutes, was used already, or began in another browser.',
      advice: 'Nothing was changed. A new sign-in takes a moment.',
      action: 'Start a new sign-in',
    },
    denied: {
      title: 'You did not sign in',
      text: 'You declined at your sign-in provider, so nothing about you was shared with nomosly.',
      advice: 'The console needs to know who you are: your name and e-mail address, no more.',
      action: 'Sign in after all',
    },
    provider_unavailable: {
      title: 'The sign-in provider is away',
      text: 'It did not answer. Your API keys go on working; only this console has to wait.',
      advice: 'Try again in a minute.',
      action: 'Try again',
    },
    email_unverified: {
      title: 'Your e-mail address is not verified',
      text: 'nomosly accepts an address only after your sign-in provider has verified that it is yours.',
      advice: 'Follow the link in the provider’s e-mail, then sign in again.',
      action: 'Sign in again',
    },
    rejected,
    unavailable: {
      title: 'The console cannot sign you in right now',
      text: 'Your sign-in provider did its part; nomosly could not store the session.',
      advice: 'Your API keys go on working. Try again in a minute.',
      action: 'Try again',
    },
    too_many: {
      title: 'Too many sign-ins at once',
      text: 'More sign-ins were begun from your network than we take in a minute.',
      advice: 'Wait a moment, and begin one.',
      action: 'Try again',
    },
  }),
);

/** What is said of a sign-in that failed for `reason`; an unknown one was `rejected`. */
export function signInFailure(reason: string): SignInFailure {
  return failures.get(reason) ?? rejected;
}
