import { type OAuthTransaction } from '@nomo/oauth-engine';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { type Realm } from '../../realms/realm.js';
import { findUser } from './read-statements.js';

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
export function pipelinedDecision(tx: PipelinedTransaction, realm: Realm): Decision {
  const { orgId, mode } = realm;
  return {
    findUser: (userId) => findUser(tx, realm, userId),

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
