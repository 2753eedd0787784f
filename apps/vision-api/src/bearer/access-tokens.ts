import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { type Config } from '../config.js';
import { ProviderKeys } from '../sign-in/provider-keys.js';
import { ProviderMetadata } from '../sign-in/provider-metadata.js';

/** What an access token says. */
export interface AccessToken {
  readonly issuer: string;
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

/** An access token that is not taken. What was wrong is for the log. */
export class AccessTokenRefused extends Error {
  readonly code = 'access_token_refused';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'AccessTokenRefused';
  }
}

/** RFC 9068, section 2.2: a token without these is no access token. */
const REQUIRED_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

/** Clocks of two machines differ; a token lives for minutes. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Reads JWT access tokens of the configured provider (RFC 9068, section 4). */
@Injectable()
export class AccessTokens {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metadata: ProviderMetadata,
    private readonly keys: ProviderKeys,
  ) {}

  /**
   * @throws {AccessTokenRefused} for anything that is no valid access token for this service
   * @throws {ProviderUnavailable} where the provider's keys are needed and cannot be had
   */
  async verify(token: string): Promise<AccessToken> {
    if (!this.metadata.isConfigured) throw new AccessTokenRefused('there is no provider');
    const { issuer } = (await this.metadata.read()).serverMetadata();
    const payload = await this.read(token, issuer);
    const { sub: subject, scope } = payload;
    if (subject === undefined || subject === '') throw new AccessTokenRefused('no subject');
    // A token that is bound to a key is nobody's bearer token (RFC 9449, section 7.2; RFC 8705).
    if (payload['cnf'] !== undefined) throw new AccessTokenRefused('bound to a key');
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    return { issuer, subject, scopes: new Set(scopes) };
  }

  private async read(token: string, issuer: string): Promise<JWTPayload & { scope?: unknown }> {
    try {
      const { payload } = await jwtVerify<{ scope?: unknown }>(token, this.keys.find, {
        // An ID token says "JWT" here, and is for the console alone.
        typ: 'at+jwt',
        algorithms: ['RS256'],
        issuer,
        audience: this.config.OIDC_AUDIENCE,
        requiredClaims: REQUIRED_CLAIMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError)
        throw new AccessTokenRefused(error.code, { cause: error });
      throw error;
    }
  }
}
