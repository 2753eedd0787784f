import { Injectable } from '@nestjs/common';
import { type OAuthError } from '@nomo/oauth-engine';
import { type Realm } from '../../realms/realm.js';
import { escapeHtml } from './escape-html.js';
import { OAuthPages, type Page } from './oauth-pages.js';

/** The pages in their plainest form. */
@Injectable()
export class PlainPages extends OAuthPages {
  refused(realm: Realm, { code, description }: OAuthError): Page {
    return page(
      realm,
      'This request cannot be answered',
      `<p>${escapeHtml(description)}</p><p><code>${escapeHtml(code)}</code></p>`,
    );
  }

  formPost(realm: Realm, { action, fields }: Parameters<OAuthPages['formPost']>[1]): Page {
    const inputs = Object.entries(fields).map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    );
    const form = `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<button>Continue</button></form>`;
    // Where the application sends the user on to is not ours to say, and `form-action` would
    // hold it to what we say.
    return page(realm, 'Back to the application', form, '');
  }

  signedOut(realm: Realm): Page {
    return page(realm, 'Signed out', '<p>You are signed out.</p>');
  }
}

function page(
  realm: Realm,
  title: string,
  body: string,
  formAction = `; form-action 'none'`,
): Page {
  return {
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(`${title} · ${realm.name}`)}</title></head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body>
</html>
`,
    contentSecurityPolicy: `default-src 'none'; base-uri 'none'; frame-ancestors 'none'${formAction}`,
  };
}
