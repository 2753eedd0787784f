import { type FailureFacts } from '../api/failure.js';
import { clockText, durationText, numberText } from '../texts/times.js';

export interface FailureText {
  readonly title: string;
  readonly text: string;
  readonly tone: 'warning' | 'bad';
  /** Whether doing the same again may work. */
  readonly retry: boolean;
}

type KnownText = Omit<FailureText, 'tone'> & { readonly tone?: 'warning' };

const known = new Map<string, KnownText>(
  Object.entries<KnownText>({
    offline: {
      title: 'You are offline',
      text: 'Nothing was sent. Try again when the connection is back.',
      tone: 'warning',
      retry: true,
    },
    unreachable: {
      title: 'nomosly did not answer',
      text: 'The service could not be reached. It may be restarting; what you entered is still here.',
      retry: true,
    },
    unexpected_answer: {
      title: 'Something went wrong',
      text: 'The service answered in a way that this page does not understand. Reloading the page may help.',
      retry: true,
    },
    session_required: {
      title: 'You are signed out',
      text: 'Sign in again to go on.',
      tone: 'warning',
      retry: true,
    },
    csrf_rejected: {
      title: 'This request was refused',
      text: 'The page has lost its proof that it is yours. Reload it and try again.',
      retry: true,
    },
    overloaded: {
      title: 'nomosly is very busy',
      text: 'All engines are at work. Try again in a moment.',
      tone: 'warning',
      retry: true,
    },
    key_not_found: {
      title: 'There is no such key',
      text: 'It may belong to another account.',
      retry: false,
    },
    too_many_keys: {
      title: 'You have too many keys',
      text: 'An account has at most 100 keys that are not revoked. Revoke one that you no longer use.',
      tone: 'warning',
      retry: false,
    },
    no_face: {
      title: 'No face found',
      text: 'The source image has no face to compare. Choose one that shows a face.',
      tone: 'warning',
      retry: false,
    },
  }),
);

/** Where the service has the better text, but a title that is a status of HTTP. */
const titles = new Map([['invalid_image', 'This file cannot be used']]);

/** What a page says about a failure. */
export function failureText(facts: FailureFacts): FailureText {
  const { code, quota, retryAfterSeconds } = facts;
  if (code === 'quota_exceeded') {
    return {
      title: 'Today’s quota is used up',
      text: quota
        ? `${numberText(quota.used)} of ${numberText(quota.limit)} requests were used. ` +
          `The quota starts anew at ${clockText(quota.resetAt)}.`
        : 'The quota starts anew at midnight UTC.',
      tone: 'warning',
      retry: false,
    };
  }
  if (code === 'rate_limited') {
    return {
      title: 'Too many requests at once',
      text:
        retryAfterSeconds === undefined
          ? 'Wait a moment and try again.'
          : `Wait ${durationText(Math.max(1, retryAfterSeconds))} and try again.`,
      tone: 'warning',
      retry: true,
    };
  }
  const own = known.get(code);
  if (own !== undefined) return { tone: 'bad', ...own };
  // The service says it best: its details are written for who reads them.
  const serverSide = (facts.status ?? 500) >= 500;
  return {
    title: titles.get(code) ?? facts.title ?? 'Something went wrong',
    text: facts.detail ?? 'The service could not do this.',
    tone: serverSide ? 'bad' : 'warning',
    retry: serverSide,
  };
}
