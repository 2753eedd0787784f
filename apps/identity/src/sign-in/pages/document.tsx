import { currentRequest } from '@nomo/service-kit';
import { type ComponentChildren, type JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Realm } from '../../realms/realm.js';
import { contentSecurityPolicy, type Needs } from './content-security-policy.js';
import { Logo } from './logo.js';
import { STYLESHEET } from './stylesheet.js';
import { themeOf } from './theme.js';

/** Whose page it is: what is shown of an organization. Undefined where there is none. */
export type Host = Pick<Realm, 'name' | 'mode' | 'branding'> | undefined;

export interface PageParts extends Partial<Omit<Needs, 'style'>> {
  /** What the tab says, before the name of the organization. */
  readonly title: string;
  readonly content: ComponentChildren;
  /** Leads on by itself, at once. */
  readonly refreshTo?: string;
  /** Says which request it was, for whoever is asked for help. */
  readonly showRequestId?: boolean;
}

/** What stands for no organization looks like this. */
const NOBODY = { logoUrl: undefined, primaryColor: '#1f4fd8', backgroundColor: '#f5f6f8' };

/** A whole page, with the policy that it works under. */
export function renderPage(host: Host, parts: PageParts): Page {
  const branding = host?.branding ?? NOBODY;
  const style = `${STYLESHEET}${themeOf(branding)}`;
  const images = [branding.logoUrl, ...(parts.images ?? [])];
  return {
    html: `<!doctype html>${renderToString(<Document host={host} style={style} {...parts} />)}`,
    contentSecurityPolicy: contentSecurityPolicy({ ...parts, style, images }),
  };
}

function Document({
  host,
  style,
  title,
  content,
  script,
  refreshTo,
  showRequestId = false,
}: PageParts & { readonly host: Host; readonly style: string }): JSX.Element {
  const requestId = currentRequest()?.id;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        {refreshTo !== undefined && (
          <meta http-equiv="refresh" content={`0;url=${refreshTo}`} />
        )}
        <title>{host === undefined ? title : `${title} · ${host.name}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main class="card">
          {host !== undefined && <Brand {...host} />}
          {content}
          {showRequestId && requestId !== undefined && (
            <dl>
              <dt>Request</dt>
              <dd>
                <code>{requestId}</code>
              </dd>
            </dl>
          )}
        </main>
        <footer>Accounts by NamoID</footer>
        {script !== undefined && <script dangerouslySetInnerHTML={{ __html: script }} />}
      </body>
    </html>
  );
}

function Brand({ name, mode, branding }: NonNullable<Host>): JSX.Element {
  return (
    <div class="brand">
      <Logo name={name} url={branding.logoUrl} look="organization" />
      <bdi class="brand-name">{name}</bdi>
      {mode === 'test' && <span class="badge">Test mode</span>}
    </div>
  );
}
