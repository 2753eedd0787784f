import { type OAuthError } from '@nomo/oauth-engine';
import { type Realm } from '../../realms/realm.js';

/** A page as it is sent. */
export interface Page {
  readonly html: string;
  /** The whole of its Content-Security-Policy. */
  readonly contentSecurityPolicy: string;
}

/** The pages that OAuth endpoints answer a browser with. What they say is the hosted pages' business. */
export abstract class OAuthPages {
  /** The request is broken, and nobody may be redirected to (RFC 6749, section 4.1.2.1). */
  abstract refused(realm: Realm, refusal: OAuthError): Page;

  /** A form that takes the user back to the application, with a button where no script runs. */
  abstract formPost(
    realm: Realm,
    form: { readonly action: string; readonly fields: Readonly<Record<string, string>> },
  ): Page;

  /** The user is signed out, and no application wants them back. */
  abstract signedOut(realm: Realm): Page;
}
