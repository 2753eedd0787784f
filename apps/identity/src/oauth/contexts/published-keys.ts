import { Injectable, Logger } from '@nestjs/common';
import { type ClientKeys, clientKeyFault } from '@nomo/oauth-engine';
import { type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { OutboundHttp } from '../../outbound/outbound-http.js';
import { ExpiringCache } from '../../realms/expiring-cache.js';

/** How long a key set is used: an application that changes its keys publishes both for longer. */
const TTL_MS = 60_000;
/** A key set that could not be had is asked for again after this, and not at every request. */
const RETRY_MS = 5_000;
const MOST = 1_000;
/** More keys than anybody has at once, each of which may have to be tried. */
const MOST_KEYS = 20;

const KeySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS),
});

/** The keys that applications publish at their `jwks_uri`. */
@Injectable()
export class PublishedKeys implements ClientKeys {
  private readonly logger = new Logger('OAuth');
  private readonly good = new ExpiringCache<JSONWebKeySet | undefined>({
    ttlMs: TTL_MS,
    most: MOST,
  });
  private readonly tried = new ExpiringCache<JSONWebKeySet | undefined>({
    ttlMs: RETRY_MS,
    most: MOST,
  });

  constructor(private readonly http: OutboundHttp) {}

  async keysAt(jwksUri: string): Promise<JSONWebKeySet | undefined> {
    const keys = await this.good.get(jwksUri, () =>
      this.tried.get(jwksUri, () => this.fetch(jwksUri)),
    );
    // Only what was had is kept for long.
    if (keys === undefined) this.good.delete(jwksUri);
    return keys;
  }

  private async fetch(jwksUri: string): Promise<JSONWebKeySet | undefined> {
    try {
      const { status, body } = await this.http.call(jwksUri, {
        method: 'GET',
        headers: { accept: 'application/jwk-set+json, application/json' },
      });
      if (status !== 200) throw new Error(`it answers ${status}`);
      const { keys } = KeySet.parse(JSON.parse(body.toString('utf8')));
      // As those that are registered by themselves: what nothing can be checked with is left out.
      return { keys: keys.filter((key) => clientKeyFault(key) === undefined) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn({ jwksUri, reason }, 'The keys of an application could not be had');
      return undefined;
    }
  }
}
