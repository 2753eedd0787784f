import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { Form, type FormTarget, type Person, PersonCard } from './form-parts.js';

export interface SignOutPage {
  readonly form: FormTarget;
  readonly applicationName: string | undefined;
  /** Undefined where nobody is signed in. */
  readonly person: Person | undefined;
  readonly formAction: readonly string[];
}

/** Asks whether to sign out. */
export function signOutPage(host: Host, page: SignOutPage): Page {
  const { form, applicationName, person, formAction } = page;
  return renderPage(host, {
    title: 'Sign out',
    formAction,
    content: (
      <>
        <h1>Sign out?</h1>
        <p class="lead">
          {applicationName === undefined ? (
            'You will have to sign in again to go on.'
          ) : (
            <>
              <strong>
                <bdi>{applicationName}</bdi>
              </strong>{' '}
              asks to sign you out, here and in the applications that you use with this account.
            </>
          )}
        </p>
        {person !== undefined && <PersonCard {...person} />}
        <Form {...form}>
          <div class="actions two">
            <button class="button" type="submit" name="decision" value="stay">
              Stay signed in
            </button>
            <button class="button primary" type="submit" name="decision" value="sign_out">
              Sign out
            </button>
          </div>
        </Form>
      </>
    ),
  });
}
