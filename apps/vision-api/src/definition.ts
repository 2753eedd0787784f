import { apiKeyPattern } from '@nomo/security-core';
import { type HttpServiceDefinition, type ServiceDefinition } from '@nomo/service-kit';
import { AppModule } from './app.module.js';
import { apiEnvironment, workerEnvironment } from './config.js';
import { sendNotFoundPage } from './console/not-found-page.js';
import { WorkerModule } from './worker.module.js';

const common = {
  version: '0.1.0',
  redact: [apiKeyPattern],
} as const;

/** The process that answers HTTP. */
export const visionApi: HttpServiceDefinition<typeof apiEnvironment> = {
  ...common,
  environment: apiEnvironment,
  name: 'vision-api',
  description:
    'nomosly answers questions about images: which faces there are, whether two are alike, ' +
    'what an image shows and what is written in it.',
  module: (config) => AppModule.for(config),
  // Images are read by their handlers, once the gate has let the request pass.
  unparsedRoutes: [
    '/v1/faces/',
    '/v1/labels/',
    '/v1/text/',
    '/dashboard/api/playground/',
    // Forms.
    '/dashboard/sign-out',
    '/dashboard/backchannel-logout',
  ],
  notFoundPage: sendNotFoundPage,
  api: {
    problems: {
      invalid_api_key:
        'There is no key, or it opens nothing: unknown, wrong, revoked or expired.',
      invalid_token:
        'There is no access token, or it is none for this service: forged, expired, of another issuer or for another audience.',
      insufficient_scope: 'The key, or the access token, lacks the scope of this operation.',
      no_account: 'The access token is of nobody who has ever signed in to the console.',
      key_not_found: 'You have no key with this id.',
      too_many_keys: 'You have as many keys that work as there may be; revoke one.',
      rate_limited: 'The service takes no more at this moment; Retry-After says when it will.',
      quota_exceeded:
        'The key has used its day; `limit`, `used` and `resetAt` say how it stands.',
      image_too_large: 'An image has more than 5 MB.',
      invalid_image: 'Not an image, damaged, too small, or too many pixels.',
      no_face: 'The source of a comparison shows no face.',
      overloaded:
        'The engine has all the work it can take; Retry-After says when to come back.',
    },
    tags: {
      operations: 'Questions about images.',
      keys: 'Making and revoking keys, with an access token.',
      usage: 'What keys have been used for.',
    },
    security: {
      'api-key': {
        type: 'apiKey',
        in: 'header',
        name: 'x-api-key',
        description: 'An API key, as `<key_id>.<secret>`.',
      },
    },
    otherSecurity: {
      'access-token': {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'An access token of the provider that signs people in to the console (RFC 9068), for this service as its audience, with the scope `keys:read`, `keys:write` or `usage:read`.',
      },
    },
  },
};

/** The process that works off the usage queue. */
export const visionWorker: ServiceDefinition<typeof workerEnvironment> = {
  ...common,
  environment: workerEnvironment,
  name: 'vision-worker',
  description: 'Writes the usage of vision-api from its queue into PostgreSQL.',
  module: () => WorkerModule,
};
