import { ApiFailure } from './failure.js';

interface Waiting {
  readonly proceed: () => void;
  readonly giveUp: (failure: ApiFailure) => void;
}

export type RecoveryState =
  | { readonly status: 'none' }
  /** Calls wait for the user to sign in again. */
  | { readonly status: 'needed' }
  /** The user goes on without a session: only what they ask for themselves asks again. */
  | { readonly status: 'declined' }
  /** Somebody else signed in meanwhile: nothing that was typed here may be sent as theirs. */
  | { readonly status: 'other-user'; readonly email: string };

/**
 * Holds back calls that found the session gone, until the user has signed in again in another
 * tab. So a form in the middle of being filled in stays as it is.
 */
export class SessionRecovery {
  #state: RecoveryState = { status: 'none' };
  readonly #waiting = new Set<Waiting>();
  readonly #listeners = new Set<() => void>();

  readonly state = (): RecoveryState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Resolves once the session is back. Throws `session_required` when the user would not, at
   * once if they said so before and this call is not one that they `asked` for.
   */
  wait(asked: boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#state.status === 'declined' && !asked) {
        reject(sessionRequired());
        return;
      }
      const waiting: Waiting = { proceed: resolve, giveUp: reject };
      this.#waiting.add(waiting);
      signal?.addEventListener(
        'abort',
        () => {
          this.#waiting.delete(waiting);
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        },
        { once: true },
      );
      if (['none', 'declined'].includes(this.#state.status)) this.#become({ status: 'needed' });
    });
  }

  /** The same user is signed in again: what waited goes on. */
  restored(): void {
    this.#become({ status: 'none' });
    this.#empty((waiting) => {
      waiting.proceed();
    });
  }

  /** Somebody else is signed in: what waited has failed. */
  takenOver(email: string): void {
    this.#become({ status: 'other-user', email });
    this.#fail();
  }

  /** The user goes on without a session: what waited has failed. */
  decline(): void {
    this.#become({ status: 'declined' });
    this.#fail();
  }

  /** The next call of any kind asks again. */
  reconsider(): void {
    if (this.#state.status === 'declined') this.#become({ status: 'none' });
  }

  #fail(): void {
    this.#empty((waiting) => {
      waiting.giveUp(sessionRequired());
    });
  }

  #empty(each: (waiting: Waiting) => void): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    waiting.forEach(each);
  }

  #become(state: RecoveryState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const sessionRequired = (): ApiFailure =>
  new ApiFailure({ code: 'session_required', status: 401 });
