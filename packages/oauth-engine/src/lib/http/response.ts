import { type JsonObject } from '../model/json.js';

/** What to answer, as a plain value. `body` is to be written as JSON; without one there is none. */
export interface OAuthResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** For everything that holds a token or speaks of one (RFC 6749 §5.1). */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

/** A JSON answer that nobody keeps. */
export function jsonResponse(
  body: JsonObject,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): OAuthResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...noStore, ...headers },
    body,
  };
}
