import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';
import { type ClaimsRequest } from '../model/authorization.js';
import { mayHaveClaim } from '../userinfo/claims.js';

type Json = Readonly<Record<string, unknown>>;

/** A request, a section, a claim, its values, and a value with members of its own (an address) need 6. */
const mostLevels = 8;

/**
 * OpenID Connect Core §5.5: `claims` is a JSON object that asks for single claims, in the ID
 * token or at the userinfo endpoint. What is not understood is ignored, and so is a claim whose
 * scope the application may not have: asking for it by name opens no other door. What is
 * malformed is refused.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function claimsParameter({
  application,
  parameters,
}: AuthorizationInput): ClaimsRequest | undefined {
  const text = parameters.get('claims');
  if (text === undefined) return undefined;
  if (!(parameters.get('scope')?.split(' ') ?? []).includes('openid')) {
    throw new OAuthError(
      'invalid_request',
      'Claims are asked for together with the scope openid',
    );
  }
  const request = object(parse(text));
  const idToken = section(request, 'id_token');
  const userinfo = section(request, 'userinfo');
  const subject = idToken['sub']?.['value'] ?? userinfo['sub']?.['value'];
  const essentialAcr = acrOf(idToken['acr']);
  const allowed = (claim: string): boolean => mayHaveClaim(application, claim);
  return {
    idToken: Object.keys(idToken).filter(allowed),
    userinfo: Object.keys(userinfo).filter(allowed),
    ...(typeof subject === 'string' && { subject }),
    ...(essentialAcr.length > 0 && { essentialAcr }),
  };
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(cause);
  }
  // What is not understood is ignored, but not at any depth.
  if (isDeeperThan(value, mostLevels) || !isReadable(value)) throw malformed();
  return value;
}

/** JSON can write NUL and half of a surrogate pair, and no database keeps them as text. */
function isReadable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every((entry) => entry.every(isReadable));
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(one, levels - 1));
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Json;
}

/** §5.5.1: for each claim null, or an object that says more about the wish. */
function section(request: Json, name: 'id_token' | 'userinfo'): Partial<Record<string, Json>> {
  const value = Object.hasOwn(request, name) ? request[name] : undefined;
  // A record without a prototype: a claim named `__proto__` is a name like any other.
  const wishes = Object.create(null) as Partial<Record<string, Json>>;
  if (value === undefined || value === null) return wishes;
  for (const [claim, wish] of Object.entries(object(value))) {
    wishes[claim] = wish === null ? {} : wishOf(object(wish));
  }
  return wishes;
}

function wishOf(wish: Json): Json {
  const { essential = false, values = [] } = wish;
  if (typeof essential !== 'boolean' || !Array.isArray(values)) throw malformed();
  return wish;
}

/** §5.5.1.1: an essential `acr` with values has to be reached; without them any will do. */
function acrOf(wish: Json | undefined): readonly string[] {
  if (wish?.['essential'] !== true) return [];
  const { value, values } = wish;
  const all: readonly unknown[] = Array.isArray(values) ? values : [value];
  return all.filter((one) => typeof one === 'string');
}

function malformed(cause?: unknown): OAuthError {
  return new OAuthError('invalid_request', 'The claims parameter is malformed', { cause });
}
