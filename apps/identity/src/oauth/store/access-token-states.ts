import { Injectable } from '@nestjs/common';
import { type AccessTokenState, type OAuthStore } from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { Pipelines } from '../../database/pipelines.js';
import { type Realm } from '../../realms/realm.js';
import { KnownApplications } from '../contexts/known-applications.js';
import { grantOf, type GrantRow, userOf, type UserRow } from './rows.js';

type Asked = Parameters<OAuthStore['findAccessTokenState']>[0];

/** Questions that are with PostgreSQL at a time. Whoever asks meanwhile shares the next one. */
const AT_ONCE = 2;
/** So that one question takes PostgreSQL no longer than a few milliseconds. */
const MOST_TOGETHER = 200;

/**
 * `LIMIT 1` has each of them looked up by its key: joined as a whole, PostgreSQL may think it
 * better to read all rows of the organization.
 */
const STATES = `
SELECT asked.n, revoked.yes AS revoked, application.yes AS application, family.*
FROM jsonb_to_recordset($3::jsonb) AS asked (n integer, jti text, client_id text, grant_id uuid)
LEFT JOIN LATERAL (
  SELECT true AS yes FROM revoked_access_tokens AS token
  WHERE token.org_id = $1::uuid AND token.jti = asked.jti LIMIT 1
) AS revoked ON true
LEFT JOIN LATERAL (
  SELECT true AS yes FROM applications
  WHERE applications.org_id = $1::uuid AND applications.id = asked.client_id
    AND applications.mode = $2 AND applications.disabled_at IS NULL LIMIT 1
) AS application ON true
LEFT JOIN LATERAL (
  SELECT grants.id, grants."authorization", grants.dpop_jkt, grants.created_at,
    grants.expires_at, grants.revoked_at, grants.revoked_reason,
    users.status AS user_status, users.id AS user_id, users.email, users.email_verified,
    users.name, users.updated_at
  FROM grants JOIN users ON users.org_id = grants.org_id AND users.id = grants.user_id
  WHERE grants.org_id = $1::uuid AND grants.id = asked.grant_id AND grants.mode = $2
    AND users.org_id = $1::uuid AND users.mode = $2 LIMIT 1
) AS family ON true`;

interface StateRow extends GrantRow, Omit<UserRow, 'id'> {
  readonly n: number;
  readonly revoked: true | null;
  readonly application: true | null;
  readonly user_status: string | null;
  readonly user_id: string;
}

/** What PostgreSQL says of one token: all but what its application is called. */
interface Found extends Omit<AccessTokenState, 'application'> {
  readonly application: boolean;
}

interface Question {
  readonly asked: Asked;
  readonly answer: PromiseWithResolvers<Found>;
}

/** What is asked together of one realm. */
interface Gathering {
  readonly key: string;
  readonly realm: Realm;
  /** One for each token, however many ask for it. */
  readonly questions: Map<string, Question>;
}

/**
 * What has become of access tokens, as PostgreSQL has it when it is asked. Requests that wait at
 * the same time share a question: under load one answers dozens of them.
 */
@Injectable()
export class AccessTokenStates {
  /** In the order in which they are asked. */
  readonly #queue: Gathering[] = [];
  /** Of the queue, by realm, the one that takes whoever comes. */
  readonly #open = new Map<string, Gathering>();
  #underWay = 0;

  constructor(
    private readonly pipelines: Pipelines,
    private readonly applications: KnownApplications,
  ) {}

  async find(realm: Realm, asked: Asked): Promise<AccessTokenState> {
    const found = await this.#answerTo(realm, asked);
    // Whether it may be used, PostgreSQL has just said; what it is called may be seconds old.
    const known = found.application
      ? await this.applications.find(realm, asked.clientId)
      : undefined;
    return { ...found, application: known?.application };
  }

  #answerTo(realm: Realm, asked: Asked): Promise<Found> {
    const { questions } = this.#openGatheringOf(realm);
    const name = `${asked.jti} ${asked.clientId} ${asked.grantId ?? ''}`;
    let question = questions.get(name);
    if (question === undefined) {
      question = { asked, answer: Promise.withResolvers() };
      questions.set(name, question);
    }
    return question.answer.promise;
  }

  #openGatheringOf(realm: Realm): Gathering {
    const key = `${realm.orgId} ${realm.mode}`;
    const open = this.#open.get(key);
    if (open !== undefined && open.questions.size < MOST_TOGETHER) return open;
    const gathering = { key, realm, questions: new Map<string, Question>() };
    this.#open.set(key, gathering);
    this.#queue.push(gathering);
    // Whoever has come in with the same turn of the event loop is in time.
    if (this.#underWay < AT_ONCE) setImmediate(() => void this.#next());
    return gathering;
  }

  async #next(): Promise<void> {
    if (this.#underWay >= AT_ONCE) return;
    const gathering = this.#queue.shift();
    if (gathering === undefined) return;
    if (this.#open.get(gathering.key) === gathering) this.#open.delete(gathering.key);
    this.#underWay += 1;
    await this.#ask(gathering);
    this.#underWay -= 1;
    void this.#next();
  }

  async #ask({ realm, questions }: Gathering): Promise<void> {
    const inOrder = [...questions.values()];
    const asked = inOrder.map(({ asked: { jti, clientId, grantId } }, n) => ({
      n,
      jti,
      client_id: clientId,
      grant_id: grantId !== undefined && isUuid(grantId) ? grantId : null,
    }));
    try {
      const [answer] = await this.pipelines.atOnce(realm.orgId, [
        { text: STATES, values: [realm.orgId, realm.mode, JSON.stringify(asked)] },
      ]);
      const rows = new Map(
        (answer?.rows as readonly StateRow[] | undefined)?.map((row) => [row.n, row]),
      );
      for (const [n, { answer: to }] of inOrder.entries()) {
        const row = rows.get(n);
        if (row === undefined) to.reject(new Error('each that is asked about has a row'));
        else to.resolve(foundIn(row));
      }
    } catch (error) {
      for (const { answer: to } of inOrder) to.reject(error);
    }
  }
}

function foundIn(row: StateRow): Found {
  return {
    revoked: row.revoked === true,
    application: row.application === true,
    grant: row.user_status === null ? undefined : grantOf(row),
    user: row.user_status === 'active' ? userOf({ ...row, id: row.user_id }) : undefined,
  };
}
