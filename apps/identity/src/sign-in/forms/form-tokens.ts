import { Injectable } from '@nestjs/common';
import { constantTimeEqual } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { type Request } from 'express';
import { randomUUID } from 'node:crypto';
import { BROWSER_COOKIE, SESSION_COOKIE } from '../../oauth/browser/browser-cookies.js';
import { type Realm } from '../../realms/realm.js';
import { CodeDigests } from '../../secrets/code-digests.js';

/**
 * Tokens that show that a form was filled in on a page of ours, by the browser that the page was
 * made for: a keyed digest of what the form is about and of the two cookies that no other site
 * can read. Nothing is stored; with another session, or none, a page's token is worth nothing.
 * Each has a name of its own before it, so that a page that is opened anew has another form,
 * whatever is typed there: it is no repetition of the one before.
 */
@Injectable()
export class FormTokens {
  constructor(private readonly digests: CodeDigests) {}

  /** @param form which form, and what it is about, such as `consent:{id}` */
  issue(realm: Realm, request: Request, form: string): string {
    return this.named(randomUUID(), realm, request, form);
  }

  verify(realm: Realm, request: Request, form: string, presented = ''): boolean {
    const [name = ''] = presented.split('.', 1);
    return constantTimeEqual(this.named(name, realm, request, form), presented);
  }

  private named(name: string, { orgId, mode }: Realm, request: Request, form: string): string {
    const about = JSON.stringify([
      name,
      form,
      readCookie(request, BROWSER_COOKIE) ?? '',
      readCookie(request, SESSION_COOKIE) ?? '',
    ]);
    const digest = this.digests.digest(`form:${orgId}:${mode}`, about);
    return `${name}.${Buffer.from(digest).toString('base64url')}`;
  }
}
