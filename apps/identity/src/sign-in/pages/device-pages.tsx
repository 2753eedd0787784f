import { type Page } from '../../oauth/browser/oauth-pages.js';
import { ScopeList } from './consent-page.js';
import { type Host, renderPage } from './document.js';
import { Alert, Form, type FormTarget, type Person, PersonCard } from './form-parts.js';
import { type ScopeInWords } from './scope-words.js';

/** What a person may put around and between eight letters. */
export const LONGEST_USER_CODE = 64;

export interface DeviceCodePage {
  /** Where the code is asked about. It changes nothing: this form needs no token. */
  readonly action: string;
  readonly userCode: string;
  readonly error?: string;
  readonly person: Person;
}

/** Asks for the code that a device shows (RFC 8628, section 3.3). */
export function deviceCodePage(
  host: Host,
  { action, userCode, error, person }: DeviceCodePage,
): Page {
  return renderPage(host, {
    title: error === undefined ? 'Connect a device' : 'Code not found',
    content: (
      <>
        <h1>Connect a device</h1>
        <p class="lead">Type the code that the device shows.</p>
        {error !== undefined && <Alert id="error">{error}</Alert>}
        <form method="get" action={action}>
          <div class="field">
            <label for="user_code">Code</label>
            <span class="hint" id="hint">
              Eight letters, such as WDJB-MJHT
            </span>
            <input
              class="code"
              id="user_code"
              name="user_code"
              type="text"
              value={userCode}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              maxLength={LONGEST_USER_CODE}
              required
              autofocus
              aria-invalid={error === undefined ? undefined : 'true'}
              aria-describedby={error === undefined ? 'hint' : 'error hint'}
            />
          </div>
          <div class="actions">
            <button class="button primary" type="submit">
              Continue
            </button>
          </div>
        </form>
        <p class="fine">
          Signed in as{' '}
          <strong>
            <bdi>{person.email}</bdi>
          </strong>
        </p>
      </>
    ),
  });
}

export interface DevicePage {
  readonly form: FormTarget;
  readonly userCode: string;
  readonly application: { readonly name: string };
  readonly scopes: readonly ScopeInWords[];
  readonly person: Person;
}

/**
 * Asks whether a device may act for the user. The code is shown again: whoever got it in a message
 * has no device that shows it (RFC 8628, sections 3.3 and 5.4).
 */
export function devicePage(
  host: Host,
  { form, userCode, application, scopes, person }: DevicePage,
): Page {
  return renderPage(host, {
    title: `Connect ${application.name}?`,
    content: (
      <>
        <h1>
          Connect <bdi>{application.name}</bdi>?
        </h1>
        <p class="lead">
          Go on only if a device in front of you shows this very code. Did somebody send it to
          you? Then deny.
        </p>
        <p class="show-code">{userCode}</p>
        <PersonCard {...person} />
        {scopes.length > 0 && (
          <>
            <h2 id="scopes">If you allow it, it can</h2>
            <ScopeList scopes={scopes} labelledBy="scopes" />
          </>
        )}
        <Form {...form}>
          <input type="hidden" name="user_code" value={userCode} />
          <div class="actions two">
            <button class="button" type="submit" name="decision" value="deny">
              Deny
            </button>
            <button class="button primary" type="submit" name="decision" value="allow">
              Allow
            </button>
          </div>
        </Form>
      </>
    ),
  });
}
