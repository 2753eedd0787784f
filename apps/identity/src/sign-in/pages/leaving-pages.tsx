import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { type PageParts } from './document.js';

/**
 * Leads back to an application, at once and by itself. A page of its own and not a redirect:
 * browsers hold every redirect that follows a form to the `form-action` of the form's page, and
 * where an application sends its users on to is not ours to know.
 */
export function leavingPage(host: Host, location: string): Page {
  return renderPage(host, {
    title: 'Back to the application',
    refreshTo: location,
    content: (
      <>
        <h1>Taking you back</h1>
        <p>You are being taken back to the application.</p>
        <div class="actions">
          <a class="button primary" href={location}>
            Continue
          </a>
        </div>
      </>
    ),
  });
}

/** By the prototype: a field might be called `submit`. */
const SUBMIT = 'HTMLFormElement.prototype.submit.call(document.forms[0])';

/** A form that sends itself (OAuth 2.0 Form Post Response Mode), with a button where no script runs. */
export function formPostPage(
  host: Host,
  {
    action,
    fields,
  }: { readonly action: string; readonly fields: Readonly<Record<string, string>> },
): Page {
  const parts: PageParts = {
    title: 'Back to the application',
    script: SUBMIT,
    // As above. Nobody types anything here that a form could carry away.
    formAction: 'anywhere',
    content: (
      <form method="post" action={action}>
        <h1>Taking you back</h1>
        <p>You are being taken back to the application.</p>
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div class="actions">
          <button class="button primary" type="submit">
            Continue
          </button>
        </div>
      </form>
    ),
  };
  return renderPage(host, parts);
}
