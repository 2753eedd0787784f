import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { KeyRing, parseKeys, SecretBox } from '@nomo/security-core/secret-box';
import { Client as Postgres } from 'pg';
import { AUDIENCE, type Client, SCOPE, USER_SCOPE } from './contenders/contract.ts';

/** How much there is in a database. */
export interface Population {
  readonly organizations: number;
  readonly usersEach: number;
  readonly applicationsEach: number;
}

/** Every user has it. */
export const PASSWORD = 'the same password for everybody here';

/** Where applications send their users back to. */
export const REDIRECT_URI = 'https://app.example.com/callback';

/**
 * Key pairs that are made: an organization has one of them, sealed for itself. To make one for
 * each of ten thousand would take a quarter of an hour and change nothing that is measured.
 */
export const KEY_PAIRS = 16;

/** The name of an organization in the path of its issuer; the first is 1. */
export const slugOf = (organization: number): string => `org-${organization}`;

/** An application of an organization; the first is 1. */
export function clientOf(organization: number, application: number): Client {
  const number = `${pad(organization, 11)}${pad(application, 11)}`;
  return { clientId: `nma_live_${number}`, clientSecret: `nmas_${pad(number, 43)}` };
}

/** The address that a user signs in with; the first is 1. */
export const emailOf = (organization: number, user: number): string =>
  `user-${user}@${slugOf(organization)}.example.com`;

/** Fills an empty, migrated database. `databaseUrl` is the owner's. */
export async function populate(
  databaseUrl: string,
  secretBoxKeys: string,
  population: Population,
): Promise<void> {
  await withOwner(databaseUrl, async (sql) => {
    const { organizations, usersEach, applicationsEach } = population;
    await sql.query(
      // Access tokens that are made before a part of the benchmark outlive it.
      `INSERT INTO organizations (id, name, access_token_ttl)
       SELECT ${orgId('n')}, 'Organization ' || n, 3600 FROM generate_series(1, $1::int) AS n`,
      [organizations],
    );
    await sql.query(
      `INSERT INTO organization_directory (slug, org_id, mode)
       SELECT 'org-' || n || suffix, ${orgId('n')}, mode
       FROM generate_series(1, $1::int) AS n, (VALUES ('', 'live'), ('-test', 'test')) AS side (suffix, mode)`,
      [organizations],
    );
    await sql.query(
      `INSERT INTO resource_servers (org_id, id, mode, identifier, name, scopes)
       SELECT ${orgId('n')}, gen_random_uuid(), 'live', $2, 'Reports', ARRAY[$3]
       FROM generate_series(1, $1::int) AS n`,
      [organizations, AUDIENCE, SCOPE],
    );
    await sql.query(
      `INSERT INTO applications (org_id, id, mode, type, name, redirect_uris,
         post_logout_redirect_uris, token_endpoint_auth_method, grant_types, scopes, resources,
         default_resource, first_party, may_introspect)
       SELECT ${orgId('n')}, 'nma_live_' || ${number('n', 'a')}, 'live', 'web', 'Application ' || a,
         ARRAY[$3], '{}', 'client_secret_basic',
         ARRAY['client_credentials', 'authorization_code', 'refresh_token',
           'urn:ietf:params:oauth:grant-type:device_code'],
         $4, ARRAY[$5], $5, true, true
       FROM generate_series(1, $1::int) AS n, generate_series(1, $2::int) AS a`,
      [organizations, applicationsEach, REDIRECT_URI, USER_SCOPE.split(' '), AUDIENCE],
    );
    await sql.query(
      `INSERT INTO application_secrets (org_id, id, application_id, digest, hint)
       SELECT ${orgId('n')}, gen_random_uuid(), 'nma_live_' || ${number('n', 'a')},
         sha256(convert_to('nmas_' || lpad(${number('n', 'a')}, 43, '0'), 'UTF8')), 'seed'
       FROM generate_series(1, $1::int) AS n, generate_series(1, $2::int) AS a`,
      [organizations, applicationsEach],
    );
    await sql.query(
      `INSERT INTO users (org_id, id, mode, email, email_verified, password_hash)
       SELECT ${orgId('n')}, ${userId('u')}, 'live',
         'user-' || u || '@org-' || n || '.example.com', true, $3
       FROM generate_series(1, $1::int) AS n, generate_series(1, $2::int) AS u`,
      [organizations, usersEach, await hash(PASSWORD)],
    );
    await insertSigningKeys(sql, secretBoxKeys, organizations);
    await sql.query('ANALYZE');
  });
}

/**
 * Gives users of some organizations a session and a grant with a refresh token for the first
 * application, as if each had signed in. No API was named: access tokens are for the default one
 * and for the userinfo endpoint.
 *
 * @param each how many users of each organization; no more than it has
 * @returns the refresh tokens with their organizations
 */
export async function grantTo(
  databaseUrl: string,
  organizations: readonly number[],
  each: number,
): Promise<{ readonly organization: number; readonly refreshToken: string }[]> {
  const rows = organizations.flatMap((organization) =>
    Array.from({ length: each }, (_, index) => ({
      organization,
      user: index + 1,
      refreshToken: randomBytes(32).toString('base64url'),
    })),
  );
  await withOwner(databaseUrl, async (sql) => {
    await sql.query(
      `WITH wanted AS MATERIALIZED (
         SELECT ${orgId('n')} AS org_id, ${userId('u')} AS user_id,
           'nma_live_' || ${number('n', '1')} AS client_id, digest,
           gen_random_uuid() AS session_id, gen_random_uuid() AS grant_id
         FROM unnest($1::int[], $2::int[], $3::bytea[]) AS given (n, u, digest)
       ), made_sessions AS (
         INSERT INTO sessions (org_id, id, mode, user_id, token_digest, auth_time, amr,
           last_seen_at, idle_expires_at, expires_at)
         SELECT org_id, session_id, 'live', user_id, sha256(digest), now(), ARRAY['pwd'],
           now(), now() + interval '1 day', now() + interval '1 day'
         FROM wanted
       ), made_grants AS (
         INSERT INTO grants (org_id, id, mode, application_id, user_id, session_id,
           "authorization", expires_at)
         SELECT org_id, grant_id, 'live', client_id, user_id, session_id,
           jsonb_build_object('clientId', client_id, 'userId', user_id, 'sessionId', session_id,
             'scope', $4::text[], 'resources', '[]'::jsonb,
             'authenticatedAt', now(), 'amr', ARRAY['pwd']),
           now() + interval '1 day'
         FROM wanted
       )
       INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
       SELECT org_id, digest, grant_id, now(), now() + interval '1 day' FROM wanted`,
      [
        rows.map(({ organization }) => organization),
        rows.map(({ user }) => user),
        rows.map(({ refreshToken }) => createHash('sha256').update(refreshToken).digest()),
        USER_SCOPE.split(' '),
      ],
    );
    await sql.query('ANALYZE sessions, grants, refresh_tokens');
  });
  return rows.map(({ organization, refreshToken }) => ({ organization, refreshToken }));
}

async function insertSigningKeys(
  sql: Postgres,
  secretBoxKeys: string,
  organizations: number,
): Promise<void> {
  const boxes = new SecretBox(new KeyRing(parseKeys(secretBoxKeys)));
  const pairs = Array.from({ length: Math.min(KEY_PAIRS, organizations) }, makeKeyPair);
  const CHUNK = 1000;
  for (let from = 1; from <= organizations; from += CHUNK) {
    const numbers = Array.from(
      { length: Math.min(CHUNK, organizations - from + 1) },
      (_, index) => from + index,
    );
    const keys = numbers.map((organization) => {
      const pair = pairs[organization % pairs.length];
      if (pair === undefined) throw new Error('there is a key pair');
      const org = orgIdOf(organization);
      const context = { table: 'signing_keys', org, mode: 'live', kid: pair.kid };
      return { org, ...pair, box: boxes.seal(pair.pkcs8, context) };
    });
    await sql.query(
      `INSERT INTO signing_keys (org_id, kid, mode, status, public_jwk, private_box, activated_at)
       SELECT org, kid, 'live', 'active', jwk, box, now()
       FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::bytea[]) AS given (org, kid, jwk, box)`,
      [
        keys.map(({ org }) => org),
        keys.map(({ kid }) => kid),
        keys.map(({ jwk }) => JSON.stringify(jwk)),
        keys.map(({ box }) => Buffer.from(box)),
      ],
    );
  }
}

function makeKeyPair(): { kid: string; jwk: object; pkcs8: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const kid = randomBytes(32).toString('base64url');
  const jwk = { kty: 'RSA', n, e, kid, use: 'sig', alg: 'RS256' };
  return { kid, jwk, pkcs8: pkcs8Of(privateKey) };
}

function pkcs8Of(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' });
}

async function withOwner(
  databaseUrl: string,
  work: (sql: Postgres) => Promise<void>,
): Promise<void> {
  const sql = new Postgres({ connectionString: databaseUrl });
  await sql.connect();
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

/** SQL: the id of the organization with the number in `column`. */
const orgId = (column: string): string =>
  `('00000000-0000-7000-8000-' || lpad(${column}::text, 12, '0'))::uuid`;
const orgIdOf = (organization: number): string =>
  `00000000-0000-7000-8000-${pad(organization, 12)}`;
const userId = (column: string): string =>
  `('00000000-0000-7000-9000-' || lpad(${column}::text, 12, '0'))::uuid`;
/** SQL: what makes an application's id its own. */
const number = (organization: string, application: string): string =>
  `lpad(${organization}::text, 11, '0') || lpad(${application}::text, 11, '0')`;

function pad(value: number | string, length: number): string {
  return String(value).padStart(length, '0');
}
