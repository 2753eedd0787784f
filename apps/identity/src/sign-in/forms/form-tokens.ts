import { Injectable } from '@nestjs/common';
import { constantTimeEqual } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { type Request } from 'express';
import { BROWSER_COOKIE, SESSION_COOKIE } from '../../oauth/browser/browser-cookies.js';
import { type Realm } from '../../realms/realm.js';
import { CodeDigests } from '../../secrets/code-digests.js';

/**
 * Tokens that show that a form was filled in on a page of ours, by the browser that the page was
 * made for: a keyed digest of what the form is about and of the two cookies that no other site
 * can read. Nothing is stored; with another session, or none, a page's token is worth nothing.
 */
@Injectable()
export class FormTokens {
  constructor(private readonly digests: CodeDigests) {}

  /** @param form which form, and what it is about, such as `consent:{id}` */
  issue({ orgId, mode }: Realm, request: Request, form: string): string {
    const about = JSON.stringify([
      form,
      readCookie(request, BROWSER_COOKIE) ?? '',
      readCookie(request, SESSION_COOKIE) ?? '',
    ]);
    return Buffer.from(this.digests.digest(`form:${orgId}:${mode}`, about)).toString(
      'base64url',
    );
  }

  verify(realm: Realm, request: Request, form: string, presented: string | undefined): boolean {
    return constantTimeEqual(this.issue(realm, request, form), presented ?? '');
  }
}
