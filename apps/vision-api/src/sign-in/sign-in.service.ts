import { Injectable, Logger } from '@nestjs/common';
import {
  bucketKey,
  type BucketVerdict,
  Limits,
  LimitsUnavailable,
  LocalBucket,
  networkOf,
} from '@nomo/limits';
import { generateToken, keyedDigest, sha256Digest, type Secret } from '@nomo/security-core';
import { IdentitiesRepository } from '../accounts/identities.repository.js';
import { type Initiator } from '../audit/audit-events.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { providerSessionHash } from './provider-session.js';
import { Provider, type SignInSecrets } from './provider.js';
import { ProviderUnavailable } from './provider-unavailable.js';
import { returnPath } from './return-to.js';
import { SignInAttemptsRepository, type SignInAttempt } from './sign-in-attempts.repository.js';
import { SignInFailure } from './sign-in-failure.js';

/** Long enough for a person who has to look for a password, a code and a phone. */
export const ATTEMPT_SECONDS = 600;

/** Sign-ins that one address may begin: an office behind one address, and no flood of rows. */
const BEGIN_PER_SECOND = 1;
const BEGIN_BURST = 60;

/** A browser that comes back from the provider. */
export interface Callback {
  /** What its cookie holds. */
  readonly browser: string | undefined;
  /** The query, question mark included. */
  readonly search: string;
}

/** The rules of signing in: nobody is signed in but by an answer to a question of ours, once. */
@Injectable()
export class SignInService {
  private readonly logger = new Logger('SignIn');
  /** For all addresses together, while Redis is away: fewer than usual, but never without end. */
  private readonly bucket = new LocalBucket({
    ratePerSecond: BEGIN_PER_SECOND,
    burst: BEGIN_BURST,
  });

  constructor(
    private readonly provider: Provider,
    private readonly attempts: SignInAttemptsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly sessions: SessionsService,
    private readonly circuit: DatabaseCircuit,
    private readonly limits: Limits,
  ) {}

  /**
   * Begins a sign-in.
   *
   * @param browser - What the browser's cookie holds: it may have several sign-ins under way.
   * @returns where to send the browser, and what its cookie has to hold
   * @throws {SignInFailure} `provider_unavailable`, `too_many`
   */
  async begin(
    browser: string | undefined,
    wanted: unknown,
    address: string,
  ): Promise<{ readonly url: string; readonly browser: string }> {
    await this.limit(address);
    const secret = browser ?? generateToken().reveal();
    const state = generateToken().reveal();
    const url = await this.provider
      .authorizationUrl(secretsOf(secret, state))
      .catch((error: unknown) => {
        if (!(error instanceof ProviderUnavailable)) throw error;
        throw new SignInFailure('provider_unavailable', { cause: error });
      });
    const expiresAt = new Date(Date.now() + ATTEMPT_SECONDS * 1000);
    await this.circuit.serve(() =>
      this.attempts.begin(attemptOf(secret, state), returnPath(wanted), expiresAt),
    );
    return { url, browser: secret };
  }

  /**
   * Takes the provider's answer up and starts a session.
   *
   * @returns where to go on, and the token of the session
   * @throws {SignInFailure}
   */
  async finish(
    { browser, search }: Callback,
    initiatedBy: (userId: string) => Initiator,
  ): Promise<{ readonly returnTo: string; readonly token: Secret<string> }> {
    const states = new URLSearchParams(search).getAll('state');
    const [state] = states;
    if (browser === undefined || state === undefined || states.length > 1) {
      throw new SignInFailure('expired', {
        cause: new Error('no browser or no state of ours'),
      });
    }
    const returnTo = await this.circuit.serve(() =>
      this.attempts.take(attemptOf(browser, state), new Date()),
    );
    if (returnTo === undefined) {
      throw new SignInFailure('expired', { cause: new Error('there is no such sign-in') });
    }
    const { person, idToken, providerSession } = await this.provider.takeUp(
      search,
      secretsOf(browser, state),
    );
    const { session, token } = this.sessions.prepare(
      idToken,
      providerSession === undefined
        ? undefined
        : providerSessionHash(person.issuer, providerSession),
    );
    const { refusal } = await this.circuit.serve(() =>
      this.identities.startSession(person, session, initiatedBy),
    );
    if (refusal === 'email_unverified') throw new SignInFailure('email_unverified');
    if (refusal === 'taken') {
      throw new SignInFailure('rejected', {
        cause: new Error('the customer with this address is somebody else at the provider'),
      });
    }
    return { returnTo, token };
  }

  private async limit(address: string): Promise<void> {
    const { allowed } = await this.take(address);
    if (!allowed) throw new SignInFailure('too_many');
  }

  private async take(address: string): Promise<BucketVerdict> {
    const bucket = {
      key: bucketKey(`sign-in:${networkOf(address)}`),
      ratePerSecond: BEGIN_PER_SECOND,
      burst: BEGIN_BURST,
    };
    try {
      return (await this.limits.check({ bucket })).bucket;
    } catch (error) {
      if (!(error instanceof LimitsUnavailable)) throw error;
      this.logger.debug(error, 'Sign-ins are limited by this process alone at the moment');
      return this.bucket.take();
    }
  }
}

/**
 * The secrets of a sign-in are made of what its browser's cookie holds: an answer is of no use in
 * another one, and whoever reads our tables cannot take part.
 */
function secretsOf(browser: string, state: string): SignInSecrets {
  const key = Buffer.from(browser, 'base64url');
  const derive = (purpose: string): string =>
    Buffer.from(keyedDigest({ key, purpose, input: state })).toString('base64url');
  return {
    state,
    nonce: derive('sign-in-nonce'),
    // 43 characters of base64url, as RFC 7636, section 4.1, wants.
    codeVerifier: derive('sign-in-code-verifier'),
  };
}

function attemptOf(browser: string, state: string): SignInAttempt {
  return { stateHash: sha256Digest(state), browserHash: sha256Digest(browser) };
}
