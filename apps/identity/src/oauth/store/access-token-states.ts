import { Injectable } from '@nestjs/common';
import { type AccessTokenState, type OAuthStore } from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { Pipelines, rowsOf } from '../../database/pipelines.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { KnownApplications } from '../contexts/known-applications.js';
import { AskedTogether } from './asked-together.js';
import { grantOf, type GrantRow, userOf, type UserRow } from './rows.js';

type Asked = Parameters<OAuthStore['findAccessTokenState']>[0];

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

/**
 * What has become of access tokens, as PostgreSQL has it when it is asked. Requests that wait at
 * the same time share a question.
 */
@Injectable()
export class AccessTokenStates {
  readonly #states: AskedTogether<Asked, Found>;

  constructor(
    private readonly pipelines: Pipelines,
    private readonly applications: KnownApplications,
  ) {
    this.#states = new AskedTogether((realm, asked) => this.#askAll(realm, asked));
  }

  async find(realm: Realm, asked: Asked): Promise<AccessTokenState> {
    const name = `${asked.jti} ${asked.clientId} ${asked.grantId ?? ''}`;
    const found = await this.#states.ask(realm, name, asked);
    // Whether it may be used, PostgreSQL has just said; what it is called may be seconds old.
    const known = found.application
      ? await this.applications.find(realm, asked.clientId)
      : undefined;
    return { ...found, application: known?.application };
  }

  async #askAll({ orgId, mode }: RealmKey, all: readonly Asked[]): Promise<readonly Found[]> {
    const asked = all.map(({ jti, clientId, grantId }, n) => ({
      n,
      jti,
      client_id: clientId,
      grant_id: grantId !== undefined && isUuid(grantId) ? grantId : null,
    }));
    const rows = await rowsOf<StateRow>(this.pipelines.of(orgId), STATES, [
      orgId,
      mode,
      JSON.stringify(asked),
    ]);
    return rows.toSorted((one, other) => one.n - other.n).map(foundIn);
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
