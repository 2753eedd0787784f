import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import * as oidc from 'openid-client';
import { type Config } from '../config.js';
import { ProviderUnavailable } from './provider-unavailable.js';

/** Somebody waits in front of a browser for it. */
const TIMEOUT_SECONDS = 5;

/** What a provider says of itself hardly ever changes. */
const REFRESH_AFTER_MS = 3_600_000;

/** A provider that is away is asked again after this, by the next who needs it. */
const RETRY_AFTER_MS = 10_000;

/**
 * What the provider says of itself (OpenID Connect Discovery 1.0), and as whom it knows us. Once
 * known it is kept: it is refreshed now and then, and while the provider is away what it last
 * said holds.
 */
@Injectable()
export class ProviderMetadata {
  private readonly logger = new Logger('Provider');
  private known:
    { readonly configuration: oidc.Configuration; readonly at: number } | undefined;
  private asking: Promise<oidc.Configuration> | undefined;
  private failedAt = -Infinity;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Whether there is a provider at all. */
  get isConfigured(): boolean {
    return this.config.OIDC_ISSUER !== undefined;
  }

  /** @throws {ProviderUnavailable} where it has never been reached */
  async read(): Promise<oidc.Configuration> {
    if (this.known === undefined) return this.ask();
    const now = performance.now();
    if (now - this.known.at > REFRESH_AFTER_MS && now - this.failedAt > RETRY_AFTER_MS) {
      // Nobody waits for it, and a failure has been logged.
      this.ask().catch(() => undefined);
    }
    return this.known.configuration;
  }

  /** Those who need it at the same moment share one question. */
  private ask(): Promise<oidc.Configuration> {
    this.asking ??= this.discover().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async discover(): Promise<oidc.Configuration> {
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = this.config;
    if (issuer === undefined || clientId === undefined) {
      throw new ProviderUnavailable('no provider is configured');
    }
    try {
      const configuration = await oidc.discovery(
        new URL(issuer),
        clientId,
        undefined,
        authentication(this.config.OIDC_CLIENT_SECRET),
        {
          algorithm: 'oidc',
          timeout: TIMEOUT_SECONDS,
          // The configuration takes plain http for this machine alone.
          execute: issuer.startsWith('http:')
            ? [allowPlainHttp, verifySignatures]
            : [verifySignatures],
        },
      );
      this.known = { configuration, at: performance.now() };
      return configuration;
    } catch (error) {
      this.failedAt = performance.now();
      this.logger.warn(error, 'The provider of sign-ins could not be asked about itself');
      throw new ProviderUnavailable('the provider could not be asked about itself', {
        cause: error,
      });
    }
  }
}

/** Named here alone. */
const allowPlainHttp: (configuration: oidc.Configuration) => void =
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that nobody uses it lightly: here for a provider on this machine
  oidc.allowInsecureRequests;

/** Also where TLS vouches for the answer (OpenID Connect Core 1.0, section 3.1.3.7, rule 6). */
const verifySignatures: (configuration: oidc.Configuration) => void =
  oidc.enableNonRepudiationChecks;

/** By `client_secret_basic`, as is the rule, unless the provider takes `client_secret_post` alone. */
function authentication(shared: string | undefined): oidc.ClientAuth {
  if (shared === undefined) return oidc.None();
  const basic = oidc.ClientSecretBasic(shared);
  const post = oidc.ClientSecretPost(shared);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? basic : post;
    authenticate(server, client, body, headers);
  };
}
