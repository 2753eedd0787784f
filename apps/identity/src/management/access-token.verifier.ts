import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Realm } from '../realms/realm.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';
import { TokenCheckRepository } from './token-check.repository.js';

/** What is read of an access token (RFC 9068, section 2.2). */
const Claims = z.looseObject({
  sub: z.string().min(1).max(255),
  client_id: z.string().min(1).max(255),
  jti: z.string().min(1).max(255),
  iat: z.number(),
  exp: z.number(),
  scope: z.string().default(''),
  grant_id: z.uuid().optional(),
  // A token that is bound to a key (RFC 9449, RFC 8705) is no bearer token.
  cnf: z.undefined().optional(),
});

type Claims = z.infer<typeof Claims>;

/** Who calls the management API. */
export interface Caller {
  readonly clientId: string;
  /** The user on whose behalf; `undefined` where an application acts for itself. */
  readonly userId: string | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** A token that opens nothing. The message says why, for the log. */
export class AccessTokenRefused extends Error {
  readonly code: string = 'access_token_refused';
}

/** A token that was made by this realm, for its management API, and is past its time. */
export class AccessTokenExpired extends AccessTokenRefused {
  override readonly code = 'access_token_expired';
}

/** Checks access tokens for the management API. */
@Injectable()
export class AccessTokenVerifier {
  constructor(
    private readonly keys: SigningKeysService,
    private readonly tokens: TokenCheckRepository,
  ) {}

  /**
   * @param admit decides whether the holder of a token that was made here may go on, before
   *   PostgreSQL is asked about it; what it throws is thrown
   * @returns who the token speaks for
   * @throws {AccessTokenExpired} for one that was, and whose time is over
   * @throws {AccessTokenRefused} for any token that was not made by this realm, for its management
   *   API, or that is void by now
   */
  async verify(
    realm: Realm,
    token: string,
    admit: (holder: { clientId: string; subject: string }) => Promise<void>,
  ): Promise<Caller> {
    const claims = await this.read(realm, token);
    const { client_id: clientId, sub: subject, jti, scope, grant_id: grantId } = claims;
    await admit({ clientId, subject });
    if (!(await this.tokens.isAlive(realm, { clientId, subject, jti, grantId }))) {
      throw new AccessTokenRefused(
        'the application, the grant, the user or the token is no longer good',
      );
    }
    return {
      clientId,
      userId: subject === clientId ? undefined : subject,
      scopes: new Set(scope.split(' ')),
    };
  }

  private async read(realm: Realm, token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key =
            kid === undefined ? undefined : await this.keys.verificationKey(realm, kid);
          if (key === undefined) throw new AccessTokenRefused('its key is not one of ours');
          return key;
        },
        {
          algorithms: ['RS256'],
          // RFC 9068, section 4: an ID token is no access token.
          typ: 'at+jwt',
          issuer: realm.issuer,
          audience: realm.managementAudience,
        },
      );
      return Claims.parse(payload);
    } catch (error) {
      if (error instanceof AccessTokenRefused) throw error;
      // jose looks at the time last: after the signature, the type, the issuer and the audience.
      if (error instanceof errors.JWTExpired) {
        throw new AccessTokenExpired(error.message, { cause: error });
      }
      const message = error instanceof Error ? error.message : String(error);
      throw new AccessTokenRefused(message, { cause: error });
    }
  }
}
