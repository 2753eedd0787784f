import { apiKeyPattern } from '@nomo/security-core';
import { type HttpServiceDefinition, type ServiceDefinition } from '@nomo/service-kit';
import { AppModule } from './app.module.js';
import { environment } from './config.js';
import { WorkerModule } from './worker.module.js';

const common = {
  version: '0.1.0',
  environment,
  redact: [apiKeyPattern],
} as const;

/** The process that answers HTTP. */
export const visionApi: HttpServiceDefinition<typeof environment> = {
  ...common,
  name: 'vision-api',
  description:
    'nomosly answers questions about images: which faces there are, whether two are alike, ' +
    'what an image shows and what is written in it.',
  module: () => AppModule,
  // Images are read by their handlers, once the gate has let the request pass.
  unparsedRoutes: ['/v1/faces/', '/v1/labels/', '/v1/text/'],
  api: {
    security: {
      'api-key': {
        type: 'apiKey',
        in: 'header',
        name: 'x-api-key',
        description: 'An API key, as `<key_id>.<secret>`.',
      },
    },
  },
};

/** The process that works off the usage queue. */
export const visionWorker: ServiceDefinition<typeof environment> = {
  ...common,
  name: 'vision-worker',
  description: 'Writes the usage of vision-api from its queue into PostgreSQL.',
  module: () => WorkerModule,
};
