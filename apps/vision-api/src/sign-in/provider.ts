import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { type Person } from '../accounts/identities.repository.js';
import { publicOrigin, type Config } from '../config.js';
import { ProviderMetadata } from './provider-metadata.js';
import { ProviderUnavailable } from './provider-unavailable.js';
import { SignInFailure } from './sign-in-failure.js';

/** What ties an answer of the provider to the sign-in that it is for. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom the provider has signed in. */
export interface ProvidedSession {
  readonly person: Person;
  readonly idToken: string;
  /** The provider's name for its own session ("sid"). */
  readonly providerSession: string | undefined;
}

const CALLBACK = '/dashboard/callback';

/** What is asked for: who it is, and what to call them. */
const SCOPE = 'openid email profile';

/** OpenID Connect Core 1.0, section 5.1. What does not have its form is as good as not said. */
const Claims = z.object({
  email: z.email().max(320).optional().catch(undefined),
  // Some providers write it as text.
  email_verified: z
    .union([z.literal(true), z.literal('true')])
    .optional()
    .catch(undefined),
  name: z
    .string()
    .trim()
    .transform((text) =>
      text
        .toWellFormed()
        .replaceAll(/\p{Cc}/gu, '')
        .slice(0, 200),
    )
    .optional()
    .catch(undefined),
  sid: z.string().min(1).max(255).optional().catch(undefined),
});

/** The OpenID Connect provider to which signing in is left (code flow with PKCE, RFC 9700). */
@Injectable()
export class Provider {
  private readonly origin: string;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly metadata: ProviderMetadata,
  ) {
    this.origin = publicOrigin(config);
  }

  /** Whether there is one at all. */
  get isConfigured(): boolean {
    return this.metadata.isConfigured;
  }

  /** Where a browser is sent to be signed in. @throws {ProviderUnavailable} */
  async authorizationUrl({ state, nonce, codeVerifier }: SignInSecrets): Promise<string> {
    const configuration = await this.metadata.read();
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.origin}${CALLBACK}`,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  /**
   * Takes up the provider's answer: checks `state`, `iss` (RFC 9207), and exchanges the code;
   * checks the ID token's signature, issuer, audience, times and nonce.
   *
   * @param search - The query with which the browser came back, question mark included.
   * @throws {SignInFailure}
   */
  async takeUp(search: string, secrets: SignInSecrets): Promise<ProvidedSession> {
    try {
      const configuration = await this.metadata.read();
      const tokens = await oidc.authorizationCodeGrant(
        configuration,
        new URL(`${CALLBACK}${search}`, this.origin),
        {
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.codeVerifier,
          idTokenExpected: true,
        },
      );
      const idToken = tokens.id_token;
      const claims = tokens.claims();
      if (idToken === undefined || claims === undefined) {
        throw new SignInFailure('rejected', { cause: new Error('there is no ID token') });
      }
      // By `scope` a provider may tell of a person at its UserInfo endpoint alone.
      const said =
        claims['email'] === undefined && hasUserInfo(configuration)
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      const { email, email_verified: verified, name } = Claims.parse(said);
      return {
        person: {
          issuer: claims.iss,
          subject: claims.sub,
          verifiedEmail: verified === undefined ? undefined : email,
          name: name === '' ? undefined : name,
        },
        idToken,
        providerSession: Claims.parse(claims).sid,
      };
    } catch (error) {
      throw asFailure(error);
    }
  }

  /**
   * Where a browser is sent to be signed out of the provider as well (OpenID Connect
   * RP-Initiated Logout 1.0); `undefined` where the provider has no such place, or is away and
   * has never been asked.
   */
  async endSessionUrl(idToken: string | undefined): Promise<string | undefined> {
    const configuration = await this.metadataIfKnown();
    if (configuration?.serverMetadata().end_session_endpoint === undefined) return undefined;
    return oidc.buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: `${this.origin}/dashboard/signed-out`,
      ...(idToken !== undefined && { id_token_hint: idToken }),
    }).href;
  }

  /** The origin of that place: a form of ours may end up there. */
  async endSessionOrigin(): Promise<string | undefined> {
    const endpoint = (await this.metadataIfKnown())?.serverMetadata().end_session_endpoint;
    return endpoint === undefined ? undefined : new URL(endpoint).origin;
  }

  private async metadataIfKnown(): Promise<oidc.Configuration | undefined> {
    if (!this.isConfigured) return undefined;
    return this.metadata.read().catch(() => undefined);
  }
}

function hasUserInfo(configuration: oidc.Configuration): boolean {
  return configuration.serverMetadata().userinfo_endpoint !== undefined;
}

/** What a failure of the exchange means for the person in front of the browser. */
function asFailure(error: unknown): SignInFailure {
  if (error instanceof SignInFailure) return error;
  if (error instanceof oidc.AuthorizationResponseError) {
    // RFC 6749, section 4.1.2.1.
    if (error.error === 'access_denied') return new SignInFailure('denied');
    const away = ['temporarily_unavailable', 'server_error'].includes(error.error);
    return new SignInFailure(away ? 'provider_unavailable' : 'rejected', { cause: error });
  }
  const reason = isAboutTheServer(error) ? 'provider_unavailable' : 'rejected';
  return new SignInFailure(reason, { cause: error });
}

/** Whether the provider did not answer, or could not work. */
function isAboutTheServer(error: unknown): boolean {
  if (error instanceof ProviderUnavailable) return true;
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
  if (isServerError(error.cause)) return true;
  // What `fetch` throws where there is no connection, as it is or wrapped.
  return isFetchFailure(error) || isFetchFailure(error.cause);
}

/** The library hands on an answer that it did not expect. */
function isServerError(answer: unknown): boolean {
  const { status } = (answer ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 500;
}

/** By their names: an error of another realm is of another class. */
function isFetchFailure(error: unknown): boolean {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  return name === 'TimeoutError' || (name === 'TypeError' && message === 'fetch failed');
}
