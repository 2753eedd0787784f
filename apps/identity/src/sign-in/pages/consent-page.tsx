import { type JSX } from 'preact';
import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { Form, type FormTarget, type Person, PersonCard } from './form-parts.js';
import { Icon } from './icons.js';
import { Logo } from './logo.js';
import { type ScopeInWords } from './scope-words.js';

export interface ConsentPage {
  readonly form: FormTarget;
  readonly application: { readonly name: string; readonly logoUrl: string | undefined };
  readonly person: Person;
  readonly scopes: readonly ScopeInWords[];
  readonly otherAccount: string;
  /** Where the user goes after it: a host, or the scheme of an application of their own machine. */
  readonly returnsTo: string;
  readonly formAction: readonly string[];
}

/** Asks whether an application may have what it asks for. */
export function consentPage(host: Host, page: ConsentPage): Page {
  const { form, application, person, scopes, otherAccount, returnsTo, formAction } = page;
  return renderPage(host, {
    title: `Allow access for ${application.name}?`,
    formAction,
    images: [application.logoUrl],
    content: (
      <>
        <div class="asking">
          <Logo name={application.name} url={application.logoUrl} look="application" />
        </div>
        <h1>
          <bdi>{application.name}</bdi> asks for access to your account
        </h1>
        <p class="lead">You are signed in as</p>
        <PersonCard {...person} />
        <h2 id="scopes">If you allow it, it can</h2>
        <ScopeList scopes={scopes} labelledBy="scopes" />
        <Form {...form}>
          <div class="actions two">
            <button class="button" type="submit" name="decision" value="deny">
              Deny
            </button>
            <button class="button primary" type="submit" name="decision" value="allow">
              Allow
            </button>
          </div>
        </Form>
        <p class="fine">
          Either way you return to <strong>{returnsTo}</strong>. Not you?{' '}
          <a href={otherAccount}>Use another account</a>.
        </p>
      </>
    ),
  });
}

/** What is asked for, point by point. */
export function ScopeList({
  scopes,
  labelledBy,
}: {
  readonly scopes: readonly ScopeInWords[];
  readonly labelledBy: string;
}): JSX.Element {
  return (
    <ul class="scopes" aria-labelledby={labelledBy}>
      {scopes.map(({ text, scope }) => (
        <li>
          <Icon name="check" size={18} />
          <span>
            {text}
            {scope !== undefined && (
              <>
                {' '}
                <code>{scope}</code>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
