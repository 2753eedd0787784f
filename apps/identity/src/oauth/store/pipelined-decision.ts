import { type OAuthTransaction } from '@nomo/oauth-engine';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { validate as isUuid } from 'uuid';
import { type Realm } from '../../realms/realm.js';
import { userOf, type UserRow } from './rows.js';

const USER = `
SELECT id, email, email_verified, name, updated_at FROM users
WHERE org_id = $1::uuid AND id = $2::uuid AND mode = $3 AND status = 'active'`;

const CONSENT = `
SELECT scopes FROM consents
WHERE org_id = $1::uuid AND user_id = $2::uuid AND application_id = $3 AND mode = $4
  AND revoked_at IS NULL`;

const CODE = `
INSERT INTO authorization_codes (org_id, digest, mode, application_id, "authorization",
  redirect_uri, code_challenge, dpop_jkt, expires_at)
VALUES ($1::uuid, $2::bytea, $3, $4, $5::jsonb, $6, $7, $8, $9::timestamptz)`;

/** What a decision about an authorization request asks of its transaction. */
type Decision = Pick<OAuthTransaction, 'findUser' | 'findConsent' | 'insertAuthorizationCode'>;

/**
 * A decision that keeps no new consent: two questions, and the code, which is sent with what
 * comes next. A new consent is kept the long way.
 */
export function pipelinedDecision(tx: PipelinedTransaction, { orgId, mode }: Realm): Decision {
  return {
    findUser: async (userId) => {
      if (!isUuid(userId)) return undefined;
      const [found] = await tx.ask({ text: USER, values: [orgId, userId, mode] });
      const row = found?.rows[0] as UserRow | undefined;
      return row && userOf(row);
    },

    findConsent: async (of) => {
      const values = [orgId, of.userId, of.clientId, mode];
      const [found] = await tx.ask({ text: CONSENT, values });
      const row = found?.rows[0] as { readonly scopes: readonly string[] } | undefined;
      return row && { ...of, scope: row.scopes };
    },

    insertAuthorizationCode: (code) => {
      const { digest, authorization, redirectUri, codeChallenge, dpopJkt, expiresAt } = code;
      tx.put({
        text: CODE,
        values: [
          orgId,
          digest,
          mode,
          authorization.clientId,
          JSON.stringify(authorization),
          redirectUri,
          codeChallenge,
          dpopJkt ?? null,
          expiresAt,
        ],
      });
      return Promise.resolve();
    },
  };
}
