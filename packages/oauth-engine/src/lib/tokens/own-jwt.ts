import { verify } from 'node:crypto';

import { type OAuthContext } from '../context.js';
import { epochSeconds } from '../time.js';
import { type CheckedJwt } from './checked-jwts.js';
import { isOwnPayload, isOwnType, type OwnJwtType, type OwnPayload } from './own-payload.js';

/** Three parts in base64url, none of them empty (RFC 7515 §7.1). */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Of RSA with 4,096 bits a signature has 683 characters; everything else of ours is short. */
const longestToken = 16_384;

/**
 * Reads a JWT that this organization signed: RS256 alone, under one of its published keys, of
 * the expected type and issuer, not expired. Where the key comes from is decided here; `jwk`,
 * `jku` and `x5u` in the header are read by nobody (RFC 8725 §3).
 *
 * Only what our own signer makes is taken, to the letter, so there is less to understand here
 * than in a library for all JWTs. The signature is checked on the spot: that takes 20 µs, less
 * than it takes to hand it to another thread.
 *
 * @returns The payload, or undefined for whatever is not such a token.
 */
export async function verifyOwnJwt(
  context: OAuthContext,
  token: string,
  {
    type,
    acceptExpired = false,
  }: { readonly type: OwnJwtType; readonly acceptExpired?: boolean },
): Promise<OwnPayload | undefined> {
  const checked = (await recall(context, token)) ?? (await check(context, token));
  if (checked?.type !== type) return undefined;
  const { payload } = checked;
  if (payload.iss !== context.issuer) return undefined;
  const expired = payload.exp <= epochSeconds(context.clock.now());
  return expired && !acceptExpired ? undefined : payload;
}

/** What was checked before, if it was with the key that its `kid` names now and here. */
async function recall(
  { checkedJwts, signer }: OAuthContext,
  token: string,
): Promise<CheckedJwt | undefined> {
  const checked = checkedJwts.find(token);
  if (checked === undefined) return undefined;
  return (await signer.verificationKey(checked.kid)) === checked.key ? checked : undefined;
}

async function check(
  { checkedJwts, signer }: OAuthContext,
  token: string,
): Promise<CheckedJwt | undefined> {
  if (token.length > longestToken || !compactForm.test(token)) return undefined;
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = jsonObject(head);
  // `crit` would say that more has to be understood than we do (RFC 7515 §4.1.11).
  if (header?.['alg'] !== 'RS256' || 'crit' in header) return undefined;
  const { kid, typ: type } = header;
  if (typeof kid !== 'string' || !isOwnType(type)) return undefined;
  const key = await signer.verificationKey(kid);
  if (key?.asymmetricKeyType !== 'rsa') return undefined;
  const signed = Buffer.from(token.slice(0, head.length + 1 + body.length));
  const bytes = Buffer.from(signature, 'base64url');
  // The last character has bits to spare (RFC 4648 §3.5): one token would have several spellings.
  if (bytes.toString('base64url') !== signature) return undefined;
  if (!verify('RSA-SHA256', signed, key, bytes)) return undefined;
  const payload = jsonObject(body);
  if (payload === undefined || !isOwnPayload(payload)) return undefined;
  const checked = { type, kid, key, payload };
  checkedJwts.keep(token, checked);
  return checked;
}

function jsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
