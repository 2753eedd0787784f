import { Injectable } from '@nestjs/common';
import { type OAuthError } from '@nomo/oauth-engine';
import { OAuthPages, type Page } from '../../oauth/browser/oauth-pages.js';
import { type Realm } from '../../realms/realm.js';
import { formPostPage } from './leaving-pages.js';
import { noticePage } from './notice-page.js';

/** The pages that the endpoints of OAuth answer a browser with. */
@Injectable()
export class HostedOAuthPages extends OAuthPages {
  refused(realm: Realm, { code, description }: OAuthError): Page {
    return noticePage(realm, {
      title: 'This link does not work',
      text: [
        'The application that sent you here made a request that we cannot answer, and we do not know for certain where it came from. So we did not send you back.',
        'Go back to the application and try again. If this page comes again, tell whoever runs the application what stands below.',
      ],
      mood: 'bad',
      code: `${code}: ${description}`,
      showRequestId: true,
    });
  }

  formPost(
    realm: Realm,
    form: { readonly action: string; readonly fields: Readonly<Record<string, string>> },
  ): Page {
    return formPostPage(realm, form);
  }

  signedOut(realm: Realm): Page {
    return noticePage(realm, {
      title: 'You are signed out',
      text: ['You can close this window.'],
      mood: 'good',
    });
  }
}
