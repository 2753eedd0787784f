import { Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { type Onward } from '../interactions/interaction.js';
import { sendPage } from '../../sign-in/page-sender.js';
import { OAuthPages } from './oauth-pages.js';

/** Sends browsers on. */
@Injectable()
export class BrowserAnswers {
  constructor(private readonly pages: OAuthPages) {}

  /** Answers with what follows; nobody may keep it. */
  send(response: Response, realm: Realm, onward: Onward): void {
    response.setHeader('cache-control', 'no-store');
    switch (onward.kind) {
      case 'redirect':
        // 303: what was posted is not posted again elsewhere (RFC 9700, section 4.12).
        response.writeHead(303, { location: onward.location, 'content-length': 0 }).end();
        return;
      case 'form_post':
        sendPage(response, 200, this.pages.formPost(realm, onward));
        return;
      case 'error_page':
        sendPage(response, onward.refusal.status, this.pages.refused(realm, onward.refusal));
        return;
      case 'signed_out':
        sendPage(response, 200, this.pages.signedOut(realm));
        return;
    }
  }
}
