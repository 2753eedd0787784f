import { Injectable } from '@nestjs/common';
import { Secret, SecurityCoreError, sha256Digest } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { type Request } from 'express';
import { Pipelines } from '../../database/pipelines.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { isCodeRedeemed } from '../store/code-statements.js';
import { type Onward, type SealedAnswer, type SentForm } from './interaction.js';
import { type InteractionKey, interactionKeyOf } from './interaction-key.js';
import { InteractionsRepository } from './interactions.repository.js';
import { codeIn } from './onward.js';

/** What a form was answered with. */
export interface KeptAnswer {
  readonly onward: Onward;
  /** Of the session that started with it, if one did. */
  readonly sessionToken: Secret<string> | undefined;
}

/** Longer than anybody waits before they click again. */
const KEPT_MS = 30_000;

interface StoredAnswer {
  readonly onward: Onward;
  readonly sessionToken?: string;
}

/**
 * What forms of interactions were answered with, for who clicks twice: their browser drops the
 * first answer, and with it the code and the session. The same form of the same browser is given
 * the same again; another one, even of the same page, is given nothing.
 */
@Injectable()
export class KeptAnswers {
  constructor(
    private readonly pipelines: Pipelines,
    private readonly interactions: InteractionsRepository,
    private readonly boxes: SecretBox,
  ) {}

  /** @returns what to keep; undefined where there is no form, or nothing to lead anybody on to */
  seal(
    realm: RealmKey,
    key: InteractionKey,
    sent: SentForm | undefined,
    onward: Onward,
  ): Uint8Array | undefined {
    if (sent === undefined || onward.kind === 'error_page') return undefined;
    const { digest, sessionToken } = sent;
    const answer: StoredAnswer = {
      onward,
      ...(sessionToken && { sessionToken: sessionToken.reveal() }),
    };
    return this.boxes.seal(Buffer.from(JSON.stringify(answer)), placeOf(realm, key, digest));
  }

  /** What the form with this digest was answered with, a moment ago. */
  async find(
    realm: Realm,
    request: Request,
    id: string,
    digest: Uint8Array,
  ): Promise<KeptAnswer | undefined> {
    const key = interactionKeyOf(request, id);
    if (key === undefined) return undefined;
    const asks = this.pipelines.of(realm.orgId);
    const answered = await this.interactions.findAnswer(asks, realm, key);
    return this.openFor(realm, key, answered, digest);
  }

  /** What the form with this digest was answered with, if that is what was answered last. */
  openFor(
    realm: RealmKey,
    key: InteractionKey,
    answered: SealedAnswer | undefined,
    digest: Uint8Array,
  ): KeptAnswer | undefined {
    if (answered === undefined || Date.now() - answered.at.getTime() > KEPT_MS)
      return undefined;
    return this.open(answered.sealed, placeOf(realm, key, digest));
  }

  /**
   * Whether tokens have come of the code in an answer. It is not sent again then: a second time
   * would end all that came of it.
   */
  async isRedeemed(realm: Realm, { onward }: KeptAnswer): Promise<boolean> {
    const code = codeIn(onward);
    const asks = this.pipelines.of(realm.orgId);
    return code !== undefined && isCodeRedeemed(asks, realm, sha256Digest(code));
  }

  private open(
    sealed: Uint8Array,
    place: Readonly<Record<string, string>>,
  ): KeptAnswer | undefined {
    let json: string;
    try {
      json = Buffer.from(this.boxes.open(sealed, place)).toString('utf8');
    } catch (error) {
      // Another form: what was answered is not for it.
      if (error instanceof SecurityCoreError) return undefined;
      throw error;
    }
    const { onward, sessionToken } = JSON.parse(json) as StoredAnswer;
    return {
      onward,
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    };
  }
}

/** Where an answer belongs: in another row, or with another form, its box does not open. */
function placeOf(
  { orgId, mode }: RealmKey,
  { digest }: InteractionKey,
  form: Uint8Array,
): Readonly<Record<string, string>> {
  const [name, sent] = [digest, form].map((bytes) => Buffer.from(bytes).toString('base64url'));
  return { table: 'interactions', org: orgId, mode, digest: name ?? '', form: sent ?? '' };
}
