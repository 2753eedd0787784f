import { type HttpServiceDefinition } from '@nomo/service-kit';
import { WebhookMessage } from '../webhooks/webhooks.schemas.js';

/** What the OpenAPI document says of the management API beyond its routes. */
export const MANAGEMENT_API: NonNullable<HttpServiceDefinition['api']> = {
  problems: {
    invalid_token:
      'There is no bearer token, or it opens nothing: malformed, expired, revoked, or made for another audience or issuer.',
    insufficient_scope: 'The token lacks the scope of this operation.',
    not_for_users:
      'The token speaks for a user. This API answers applications that act for themselves alone.',
    live_mode_only: 'Both modes share this: it is changed in live mode.',
    email_taken: 'Another user has this address.',
    password_refused:
      'The password is too short, too long, too common, or says what the account says; `reason` tells which.',
    no_secret: 'The application does not authenticate with a secret.',
    too_many_secrets:
      'The webhook is signed with as many secrets as receivers take; graceSeconds 0 ends them.',
    identifier_taken:
      'Another resource server has this identifier, or the organization itself.',
    next_key_too_young:
      'The next key has not been published for long enough; Retry-After says when it has.',
    idempotency_key_reused: 'The Idempotency-Key came with another request before.',
    rate_limited:
      'Too many calls by the application, or in the organization; Retry-After says when to come back.',
    too_many_failures:
      'Too many requests with wrong credentials; Retry-After says when to come back.',
    overloaded: 'More passwords wait to be hashed than can be in time.',
  },
  tags: {
    oauth: 'OAuth 2.1 and OpenID Connect.',
    organization: 'The organization itself.',
    applications: 'What signs users in, or calls APIs by itself.',
    resources: 'APIs that access tokens can be made for.',
    users: 'People.',
    sessions: 'Browsers that are signed in.',
    consents: 'What users let applications have.',
    grants: 'What came of it: the tokens that applications hold.',
    'signing-keys': 'What tokens are signed with.',
    'security-events': 'What somebody should hear of.',
    webhooks: 'Where security events are sent.',
    audit: 'What was done, by whom.',
  },
  webhooks: {
    securityEvent: {
      tag: 'webhooks',
      summary: 'A security event',
      description:
        'What is sent to the endpoints that asked for its type, signed by Standard Webhooks. It may come more than once: `webhook-id` tells. Up to ten attempts over three days; redirects are not followed.',
      headers: {
        'webhook-id': 'The id of the delivery, the same in every attempt.',
        'webhook-timestamp': 'When this attempt was made, in seconds since 1970.',
        'webhook-signature':
          '`v1,` and the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` in base64, keyed with what follows `whsec_` in the secret, decoded from base64. One for each secret, separated by spaces, while an old one has its grace.',
      },
      body: WebhookMessage,
      responses: {
        '2XX': 'It was taken.',
        410: 'It is not wanted, and does not come again.',
        default: 'It comes again.',
      },
    },
  },
  security: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'An access token with the audience `{issuer}/api`, as an application of the organization gets it at its token endpoint: grant_type=client_credentials, resource={issuer}/api and the scopes of the operations.',
    },
  },
};
