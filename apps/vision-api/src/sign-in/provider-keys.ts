import { Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { ProviderMetadata } from './provider-metadata.js';
import { ProviderUnavailable } from './provider-unavailable.js';

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** A key that the provider takes back is believed for so long. */
const REFRESH_AFTER_MS = 600_000;

/** Between two attempts where the provider does not answer, and before an unknown key is looked for again. */
const COOLDOWN_MS = 30_000;

/**
 * For so long the keys that were last seen hold while the provider is away: as long as an outage
 * that somebody works on, and not for ever, as a key may have been taken back meanwhile.
 */
const STALE_MS = 24 * 3_600_000;

/** A request waits for it. */
const TIMEOUT_MS = 5_000;

/** The public keys of the provider, from memory, and read again when they are old or one is missing. */
@Injectable()
export class ProviderKeys {
  private readonly logger = new Logger('Provider');
  private set: { readonly uri: string; readonly keys: KeySet } | undefined;
  private readAt = -Infinity;
  private failedAt = -Infinity;

  constructor(private readonly metadata: ProviderMetadata) {}

  /**
   * Finds the key of a signature; for `jwtVerify` of jose.
   *
   * @throws {ProviderUnavailable} where the keys cannot be had; jose's errors where there is no
   *   such key
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.current();
    try {
      await this.refresh(keys);
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JOSEError && !isAboutTheProvider(error)) throw error;
      this.noteFailure(error);
      throw new ProviderUnavailable('the provider’s keys could not be read', { cause: error });
    }
  };

  private async refresh(keys: KeySet): Promise<void> {
    if (keys.jwks() === undefined) return;
    const now = performance.now();
    const age = now - this.readAt;
    if (age > STALE_MS) await keys.reload();
    else if (age > REFRESH_AFTER_MS && now - this.failedAt > COOLDOWN_MS) {
      // Nobody waits for it: what is known holds until then.
      keys.reload().catch(this.noteFailure);
    }
  }

  private readonly noteFailure = (error: unknown): void => {
    this.failedAt = performance.now();
    this.logger.warn(error, 'The keys of the provider could not be read');
  };

  private async current(): Promise<KeySet> {
    const { issuer, jwks_uri: uri } = (await this.metadata.read()).serverMetadata();
    if (uri === undefined) throw new ProviderUnavailable('the provider has no keys');
    if (issuer.startsWith('https:') && !uri.startsWith('https:')) {
      throw new ProviderUnavailable('the provider’s keys are not where nobody can change them');
    }
    if (this.set?.uri !== uri) this.set = { uri, keys: this.open(uri) };
    return this.set.keys;
  }

  private open(uri: string): KeySet {
    return createRemoteJWKSet(new URL(uri), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      // Old keys hold while the provider is away: when they are read again is decided above.
      cacheMaxAge: Infinity,
      [customFetch]: async (url, options) => {
        const response = await fetch(url, options);
        if (response.status === 200) this.readAt = performance.now();
        return response;
      },
    });
  }
}

/** Whether the provider did not answer, or not with keys; jose has a general error for that. */
function isAboutTheProvider({ code }: errors.JOSEError): boolean {
  return [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(
    code,
  );
}
