import { Inject, Injectable } from '@nestjs/common';
import { sha256Digest } from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Config } from '../config.js';
import { type ProviderLogout } from '../sessions/sessions.repository.js';
import { ProviderKeys } from './provider-keys.js';
import { ProviderMetadata } from './provider-metadata.js';
import { providerSessionHash } from './provider-session.js';

/** A logout token that is not taken. What was wrong is for the log. */
export class LogoutTokenRefused extends Error {
  readonly code = 'logout_token_refused';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'LogoutTokenRefused';
  }
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Clocks of two machines differ. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** A provider makes one when it sends it; one that tries again makes a new one or is quick. */
const OLDEST_SECONDS = 600;

/** What has to be in one beside the usual (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
const Claims = z
  .looseObject({
    iat: z.number(),
    exp: z.number(),
    jti: z.string().min(1).max(1000),
    sub: z.string().min(1).max(255).optional(),
    sid: z.string().min(1).max(255).optional(),
    events: z.looseObject({ [EVENT]: z.looseObject({}) }),
    // One with a nonce is an ID token that somebody passes off as a logout token.
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, 'neither sub nor sid');

/** Reads the messages by which the provider says that a session has ended there. */
@Injectable()
export class LogoutTokens {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metadata: ProviderMetadata,
    private readonly keys: ProviderKeys,
  ) {}

  /**
   * Validates a logout token by all rules of OpenID Connect Back-Channel Logout 1.0, section 2.6,
   * but for the one that it is used once: whoever acts on it notes that.
   *
   * @throws {LogoutTokenRefused}
   * @throws {ProviderUnavailable} where the provider's keys are needed and cannot be had
   */
  async verify(token: string): Promise<ProviderLogout> {
    const { OIDC_CLIENT_ID: audience } = this.config;
    if (!this.metadata.isConfigured || audience === undefined) {
      throw new LogoutTokenRefused('there is no provider');
    }
    const { issuer } = (await this.metadata.read()).serverMetadata();
    const claims = await this.read(token, issuer, audience);
    return {
      messageHash: sha256Digest(JSON.stringify([issuer, claims.jti])),
      expiresAt: new Date(
        (Math.min(claims.exp, claims.iat + OLDEST_SECONDS) + 2 * CLOCK_TOLERANCE_SECONDS) *
          1000,
      ),
      issuer,
      subject: claims.sub,
      providerSession:
        claims.sid === undefined ? undefined : providerSessionHash(issuer, claims.sid),
    };
  }

  private async read(
    token: string,
    issuer: string,
    audience: string,
  ): Promise<z.infer<typeof Claims>> {
    try {
      const { payload } = await jwtVerify(token, this.keys.find, {
        typ: 'logout+jwt',
        algorithms: ['RS256'],
        issuer,
        audience,
        maxTokenAge: OLDEST_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const claims = Claims.safeParse(payload);
      if (claims.success) return claims.data;
      throw new LogoutTokenRefused(
        claims.error.issues.map(({ path }) => path.join('.')).join(),
      );
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        throw new LogoutTokenRefused(error.code, { cause: error });
      }
      throw error;
    }
  }
}
