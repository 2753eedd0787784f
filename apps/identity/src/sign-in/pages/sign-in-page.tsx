import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { Alert, Form, type FormTarget } from './form-parts.js';

/** More characters than an address has (RFC 5321, section 4.5.3.1, and its brackets). */
export const LONGEST_EMAIL = 320;
/** As many as a password may be sent with; how long one may be is for the organization to say. */
export const LONGEST_PASSWORD = 1_000;

export interface SignInPage {
  readonly form: FormTarget;
  /** Undefined where nobody waits for an answer. */
  readonly cancel: FormTarget | undefined;
  readonly applicationName: string | undefined;
  /** What stands in the field at first. */
  readonly email: string;
  /** One sentence for every reason: it must not tell whether the account exists. */
  readonly error?: string;
  readonly formAction: readonly string[];
}

/** Asks for address and password. */
export function signInPage(host: Host, page: SignInPage): Page {
  const { form, cancel, applicationName, email, error, formAction } = page;
  const described = error === undefined ? {} : { 'aria-describedby': 'error' };
  return renderPage(host, {
    title: error === undefined ? 'Sign in' : 'Not signed in',
    formAction,
    content: (
      <>
        <h1>Sign in</h1>
        {applicationName !== undefined && (
          <p class="lead">
            to continue to{' '}
            <strong>
              <bdi>{applicationName}</bdi>
            </strong>
          </p>
        )}
        {error !== undefined && <Alert id="error">{error}</Alert>}
        <Form {...form}>
          <div class="field">
            <label for="email">E-mail address</label>
            <input
              id="email"
              name="email"
              type="email"
              value={email}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              maxLength={LONGEST_EMAIL}
              required
              autofocus={email === ''}
              aria-invalid={error === undefined ? undefined : 'true'}
              {...described}
            />
          </div>
          <div class="field">
            <label for="password">Password</label>
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="current-password"
              maxLength={LONGEST_PASSWORD}
              required
              autofocus={email !== ''}
              aria-invalid={error === undefined ? undefined : 'true'}
              {...described}
            />
          </div>
          <div class="actions">
            <button class="button primary" type="submit">
              Sign in
            </button>
          </div>
        </Form>
        {cancel !== undefined && (
          <Form {...cancel}>
            <div class="actions">
              <button class="button" type="submit">
                Cancel
              </button>
            </div>
          </Form>
        )}
      </>
    ),
  });
}
