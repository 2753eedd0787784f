import { type OAuthRequest } from '@nomo/oauth-engine';

/** The longest client id that is looked at; ours have 31 characters. */
const LONGEST = 64;

/**
 * Which application a request says it is of, before anything of it is checked: to count failures
 * by, and to decide which pages may read a refusal. Proves nothing.
 */
export function claimedClientOf({ headers, body }: OAuthRequest): string | undefined {
  const claimed = fromHeader(headers['authorization']?.[0]) ?? fromBody(body);
  return claimed === undefined || claimed === '' ? undefined : claimed.slice(0, LONGEST);
}

function fromHeader(header: string | undefined): string | undefined {
  const credentials = /^Basic +([\w+/=-]+)$/i.exec(header ?? '')?.[1];
  if (credentials === undefined) return undefined;
  const [name = ''] = Buffer.from(credentials, 'base64').toString('latin1').split(':');
  // As a form has it (RFC 6749, section 2.3.1): one application has one name here, however written.
  return new URLSearchParams(`name=${name.replaceAll('&', '%26')}`).get('name') ?? undefined;
}

function fromBody(body: Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined;
  const text = Buffer.from(body).toString('latin1');
  return new URLSearchParams(text).get('client_id') ?? undefined;
}
