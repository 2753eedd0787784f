import { AuditEventRefused } from '@nomo/audit';
import { protectedResourceMetadataUrl } from '@nomo/oauth-engine';
import { Problem } from '@nomo/service-kit';
import { type Realm } from '../realms/realm.js';
import { type ManagementScope } from './management-scopes.js';

/** What any operation of the management API may answer, by status; for the OpenAPI document. */
export const MANAGEMENT_PROBLEMS = {
  400: ['invalid_request'],
  401: ['invalid_token'],
  403: ['insufficient_scope', 'not_for_users'],
  404: ['not_found'],
  429: ['rate_limited'],
} as const;

const SEND_A_TOKEN =
  'Send an access token of this organization for its management API, as a bearer token.';

type ManagementRealm = Pick<Realm, 'managementAudience'>;

/**
 * One answer for every token that does not open: nobody learns what was wrong with it.
 *
 * @param detail for the one thing that may be told
 */
export function invalidToken(
  realm: ManagementRealm,
  presented: boolean,
  cause?: unknown,
  detail = SEND_A_TOKEN,
): Problem {
  return new Problem({
    status: 401,
    code: 'invalid_token',
    detail,
    // RFC 6750, section 3.1: whoever sent no token is told no error.
    headers: challenge(realm, presented ? { error: 'invalid_token' } : {}),
    cause,
  });
}

/** Whoever holds a token that was good knows this already, or could: it says when it ends. */
export function expiredToken(realm: ManagementRealm, cause: unknown): Problem {
  return invalidToken(realm, true, cause, 'The access token has expired: ask for a new one.');
}

export function insufficientScope(realm: ManagementRealm, scope: ManagementScope): Problem {
  return new Problem({
    status: 403,
    code: 'insufficient_scope',
    detail: `The token lacks the scope ${scope}.`,
    extensions: { scope },
    headers: challenge(realm, { error: 'insufficient_scope', scope }),
  });
}

/** RFC 6750, section 3, with where it is written who issues the tokens (RFC 9728, section 5.1). */
function challenge(
  { managementAudience }: ManagementRealm,
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const all = {
    ...parameters,
    resource_metadata: protectedResourceMetadataUrl(managementAudience),
  };
  const words = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return { 'WWW-Authenticate': `Bearer ${words.join(', ')}` };
}

/**
 * Nothing says which users of an organization may administer it, so none may: an application that
 * asks everybody for a scope of this API would make everybody an administrator.
 */
export function notForUsers(): Problem {
  return new Problem({
    status: 403,
    code: 'not_for_users',
    detail:
      'This API answers applications that act for themselves: get a token by the grant client_credentials.',
  });
}

/** @param retryAfterMs when another call will be taken */
export function tooManyCalls(retryAfterMs: number): Problem {
  return new Problem({
    status: 429,
    code: 'rate_limited',
    detail: 'There are too many calls by this application, or in this organization.',
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  });
}

/** Passes an error on: as a problem with the request where the audit trail takes a name in it for a secret. */
export function throwRefusedText(error: unknown): never {
  if (error instanceof AuditEventRefused && error.code === 'ERR_AUDIT_SECRET') {
    throw Problem.invalidRequest(
      'A name or an identifier looks like a secret, as “key=abc” does. Choose a plain one.',
    );
  }
  throw error;
}

/** There is nothing with this id, or it is another organization's or another mode's: nobody learns which. */
export function notFound(): Problem {
  return new Problem({ status: 404, detail: 'There is nothing with this id.' });
}

/** The row, or the problem that says there is none. */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw notFound();
  return value;
}
