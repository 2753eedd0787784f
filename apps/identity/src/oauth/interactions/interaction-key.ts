import { sha256Digest } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { type Request } from 'express';
import { BROWSER_COOKIE } from '../browser/browser-cookies.js';

/** Which interaction is meant: by the digest of its name, and of the browser's. */
export interface InteractionKey {
  readonly digest: Uint8Array;
  readonly browser: Uint8Array;
}

/** The form of a name: 32 bytes in base64url. */
const NAME = /^[\w-]{43}$/;

/** What a browser asks for; undefined where there can be no such thing. */
export function interactionKeyOf(request: Request, id: string): InteractionKey | undefined {
  const browser = readCookie(request, BROWSER_COOKIE);
  if (browser === undefined || !NAME.test(id)) return undefined;
  return { digest: sha256Digest(id), browser: sha256Digest(browser) };
}
