import { type WireAnswer } from './wire.js';

/** What of an answer matters to a client, in words that two servers can share. */
export interface Outcome {
  readonly status: string;
  /** The error code of a body, a page or a redirect; `none` where all went well. */
  readonly error: string;
  /** Where a redirect leads, and the names of the parameters it carries. */
  readonly location: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly pragma: string;
  /** The challenge of WWW-Authenticate: its scheme, and the error it names. */
  readonly challenge: string;
  /** The names of the members of a JSON answer that is no refusal. */
  readonly members: string;
}

export const OUTCOME_FIELDS = [
  'status',
  'error',
  'location',
  'contentType',
  'cacheControl',
  'pragma',
  'challenge',
  'members',
] as const satisfies readonly (keyof Outcome)[];

/** Reads an answer. `issuer` is the server's own: what leads below it leads to a page of its. */
export function outcomeOf(answer: WireAnswer, issuer: string): Outcome {
  const { headers } = answer;
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  const json = contentType.endsWith('json') ? objectOf(answer.body) : undefined;
  const location = locationOf(headers.location, issuer);
  return {
    status: String(answer.status),
    error:
      location.error ??
      textOf(json?.['error'] ?? json?.['code']) ??
      errorOfPage(contentType, answer.body) ??
      errorOfForm(answer.body) ??
      errorOfChallenge(headers['www-authenticate']) ??
      'none',
    location: location.shape,
    // Of nothing, and of the line that a redirect may have for a body, the type says nothing.
    contentType:
      contentType === '' || answer.body === '' || headers.location !== undefined
        ? 'none'
        : contentType,
    cacheControl: headers['cache-control'] ?? 'none',
    pragma: headers.pragma ?? 'none',
    challenge: challengeOf(headers['www-authenticate']),
    members:
      json === undefined || 'error' in json || answer.status >= 400
        ? 'none'
        : Object.keys(json).sort().join(' '),
  };
}

function locationOf(
  location: string | undefined,
  issuer: string,
): { shape: string; error?: string } {
  if (location === undefined) return { shape: 'none' };
  const url = new URL(location, issuer);
  if (url.href.startsWith(`${issuer}/`)) return { shape: 'a page of the server' };
  // Bare, with the client's own parameters: all that may differ is a difference.
  const target = `${url.protocol}//${url.host}${url.pathname}`;
  const names = [...url.searchParams.keys()].sort().join(' ');
  const error = url.searchParams.get('error');
  return {
    shape: `${target} ${names}${url.hash === '' ? '' : ' #'}`,
    ...(error !== null && { error }),
  };
}

/** Both servers show the code of the error in an element of its own. */
function errorOfPage(contentType: string, body: string): string | undefined {
  if (contentType !== 'text/html') return undefined;
  return /<code>([a-z_]+)\b/.exec(body)?.[1];
}

function errorOfForm(body: string): string | undefined {
  return /<input[^>]* name="error" value="([a-z_]+)"/.exec(body)?.[1];
}

function errorOfChallenge(header: string | undefined): string | undefined {
  return /\berror="([a-z_]+)"/.exec(header ?? '')?.[1];
}

function challengeOf(header: string | undefined): string {
  if (header === undefined) return 'none';
  const schemes = [...header.matchAll(/(?:^|, )(Basic|Bearer|DPoP)\b/g)].map(
    ([, scheme]) => scheme ?? '',
  );
  const error = errorOfChallenge(header);
  return [...schemes.sort(), ...(error === undefined ? [] : [error])].join(' ');
}

function objectOf(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
