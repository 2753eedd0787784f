import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { Form, type FormTarget, type Person, PersonCard } from './form-parts.js';

export interface AccountPage {
  readonly form: FormTarget;
  readonly cancel: FormTarget;
  readonly applicationName: string;
  readonly person: Person;
  /** The sign-in page, for somebody else. */
  readonly otherAccount: string;
  readonly formAction: readonly string[];
}

/** Asks as whom to go on. */
export function accountPage(host: Host, page: AccountPage): Page {
  const { form, cancel, applicationName, person, otherAccount, formAction } = page;
  return renderPage(host, {
    title: 'Choose an account',
    formAction,
    content: (
      <>
        <h1>Choose an account</h1>
        <p class="lead">
          to continue to{' '}
          <strong>
            <bdi>{applicationName}</bdi>
          </strong>
        </p>
        <PersonCard {...person} />
        <Form {...form}>
          <div class="actions">
            <button class="button primary" type="submit">
              Continue with this account
            </button>
            <a class="button" href={otherAccount}>
              Use another account
            </a>
          </div>
        </Form>
        <Form {...cancel}>
          <div class="actions">
            <button class="button" type="submit">
              Cancel
            </button>
          </div>
        </Form>
      </>
    ),
  });
}
