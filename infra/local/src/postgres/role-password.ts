import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** As many as PostgreSQL's own; the passwords here are 256 random-looking bits anyway. */
const ITERATIONS = 4096;

/**
 * A role's password, derived from that of the connection string it is for: every process
 * that may sign in as the owner comes to the same one, and nothing has to be kept.
 *
 * @returns undefined when the connection string has no password: then the server admits by
 *   other means, and a password that anybody can derive must not be set
 */
export function rolePassword(ownerUrl: string, role: string): string | undefined {
  const ownerPassword = decodeURIComponent(new URL(ownerUrl).password);
  if (ownerPassword.length === 0) return undefined;
  return createHmac('sha256', ownerPassword)
    .update(`database role ${role}`)
    .digest('base64url');
}

/** The same server and database, signed in as another role. */
export function roleConnection(ownerUrl: string, role: string): string {
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(role);
  url.password = rolePassword(ownerUrl, role) ?? '';
  return url.href;
}

/**
 * What PostgreSQL keeps of a password (RFC 5803). It is sent in place of the password, so
 * that no log of statements ever holds one.
 *
 * @param password ASCII, so that SASLprep leaves it as it is
 */
export async function scramVerifier(password: string): Promise<string> {
  const salt = randomBytes(16);
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
