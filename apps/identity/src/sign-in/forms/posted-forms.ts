import { Injectable } from '@nestjs/common';
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
    form: string | ((fields: ReadonlyMap<string, string>) => string),
  ): Promise<ReadonlyMap<string, string>> {
    if (!comesFromOwnPage(request.headers, new URL(realm.issuer).origin)) {
      throw new ForeignForm();
    }
    const { body = new Uint8Array() } = await readOAuthRequest(request);
    const fields = readFields(request.headers['content-type'], body);
    const name = typeof form === 'string' ? form : form(fields);
    if (!this.tokens.verify(realm, request, name, fields.get(TOKEN_FIELD))) {
      throw new ForeignForm();
    }
    return fields;
  }
}
