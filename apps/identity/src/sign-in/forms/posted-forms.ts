import { Injectable } from '@nestjs/common';
import { sha256Digest } from '@nomo/security-core';
import { type Request } from 'express';
import { readOAuthRequest } from '../../oauth/http/forms.js';
import { type Realm } from '../../realms/realm.js';
import { TOKEN_FIELD } from '../pages/form-parts.js';
import { readFields } from './form-fields.js';
import { FormTokens } from './form-tokens.js';
import { comesFromOwnPage } from './own-page.js';

/** The paths of the pages, which read their forms themselves. */
export const PAGE_FORMS = [/^\/[^/]+\/sign-in\//, /^\/[^/]+\/sign-out\//, /^\/[^/]+\/device$/];

/** A form that no page of ours sent, or not the one that this browser was last given. */
export class ForeignForm extends Error {
  readonly code = 'foreign_form';

  constructor() {
    super('The form comes from elsewhere, or from a page that is out of date');
  }
}

/** A form as it came: read, and not known to be ours yet. */
export interface PostedForm {
  readonly fields: ReadonlyMap<string, string>;
  /** SHA-256 of its bytes. */
  readonly digest: Uint8Array;
}

/** Reads forms that change something. */
@Injectable()
export class PostedForms {
  constructor(private readonly tokens: FormTokens) {}

  /**
   * The fields of a form, once it is certain that it is ours.
   *
   * @param form as its token was issued for; where it depends on a field, from the fields
   * @throws {ForeignForm} {FormRefused} {RequestAborted}
   */
  async read(
    realm: Realm,
    request: Request,
    form: (fields: PostedForm['fields']) => string,
  ): Promise<PostedForm['fields']> {
    const posted = await this.receive(realm, request);
    this.check(realm, request, posted, form(posted.fields));
    return posted.fields;
  }

  /**
   * A form from a page of our origin.
   *
   * @throws {ForeignForm} {FormRefused} {RequestAborted}
   */
  async receive(realm: Realm, request: Request): Promise<PostedForm> {
    if (!comesFromOwnPage(request.headers, new URL(realm.issuer).origin)) {
      throw new ForeignForm();
    }
    const { body = new Uint8Array() } = await readOAuthRequest(request);
    const fields = readFields(request.headers['content-type'], body);
    return { fields, digest: sha256Digest(body) };
  }

  /**
   * Makes certain that it is ours.
   *
   * @param form as its token was issued for
   * @throws {ForeignForm}
   */
  check(realm: Realm, request: Request, { fields }: PostedForm, form: string): void {
    if (!this.tokens.verify(realm, request, form, fields.get(TOKEN_FIELD))) {
      throw new ForeignForm();
    }
  }
}
