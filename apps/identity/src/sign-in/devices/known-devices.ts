import { Injectable } from '@nestjs/common';
import { constantTimeEqual, generateToken } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { clearRealmCookie, setRealmCookie } from '../../oauth/browser/browser-cookies.js';
import { type Realm } from '../../realms/realm.js';
import { CodeDigests } from '../../secrets/code-digests.js';

const PREFIX = '__Secure-namoid-device-';
/** Characters of the name of a cookie that tell one address from another. */
const NAME_LENGTH = 12;
/**
 * Of 43 characters, which every cookie of ours has: 72 random bits, the day after which it is worth
 * nothing, and 162 bits of the digest of both.
 */
const NONCE_LENGTH = 12;
const DAY_LENGTH = 4;
const PROOF_LENGTH = 43 - NONCE_LENGTH - DAY_LENGTH;
const DAY_SECONDS = 86_400;
/** Half a year. */
const MAX_AGE_DAYS = 180;
/** A browser that more people use than this is nobody's own. */
const MOST_ADDRESSES = 8;

/**
 * By which addresses a browser has signed in before. The browser holds the proof itself, a keyed
 * digest that nobody else can make, and it is worth attempts of its own and nothing more.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly digests: CodeDigests) {}

  /** The name of the browser, if it has signed in by this address before. */
  find(realm: Realm, request: Request, address: string): string | undefined {
    const value = readCookie(request, this.cookieOf(realm, address));
    if (value === undefined) return undefined;
    const nonce = value.slice(0, NONCE_LENGTH);
    const day = value.slice(NONCE_LENGTH, NONCE_LENGTH + DAY_LENGTH);
    const proof = this.proofOf(realm, address, nonce, day);
    const isOurs = constantTimeEqual(proof, value.slice(NONCE_LENGTH + DAY_LENGTH));
    return isOurs && parseInt(day, 36) >= today() ? nonce : undefined;
  }

  /** Has the browser remember that it has signed in by this address. */
  remember(realm: Realm, request: Request, response: Response, address: string): void {
    const name = this.cookieOf(realm, address);
    const nonce =
      this.find(realm, request, address) ?? generateToken().reveal().slice(0, NONCE_LENGTH);
    const others = namesIn(request).filter((other) => other !== name);
    for (const other of others.slice(MOST_ADDRESSES - 1))
      clearRealmCookie(response, realm, other);
    const day = (today() + MAX_AGE_DAYS).toString(36).padStart(DAY_LENGTH, '0');
    const value = `${nonce}${day}${this.proofOf(realm, address, nonce, day)}`;
    setRealmCookie(response, realm, { name, value, maxAgeSeconds: MAX_AGE_DAYS * DAY_SECONDS });
  }

  private cookieOf(realm: Realm, address: string): string {
    return `${PREFIX}${this.digest(realm, 'name', address).slice(0, NAME_LENGTH)}`;
  }

  private proofOf(realm: Realm, address: string, nonce: string, day: string): string {
    return this.digest(realm, 'proof', address, nonce, day).slice(0, PROOF_LENGTH);
  }

  private digest({ orgId, mode }: Realm, what: string, ...parts: string[]): string {
    const digest = this.digests.digest(
      `device:${what}:${orgId}:${mode}`,
      JSON.stringify(parts),
    );
    return Buffer.from(digest).toString('base64url');
  }
}

/** In days since 1970. */
function today(): number {
  return Math.floor(Date.now() / 1_000 / DAY_SECONDS);
}

function namesIn(request: Request): string[] {
  const names = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 1)[0] ?? '')
    .filter((name) => name.startsWith(PREFIX) && /^[\w-]+$/.test(name));
  return [...new Set(names)];
}
