import { type HttpServiceDefinition, type ServiceDefinition } from '@nomo/service-kit';
import { AppModule } from './app.module.js';
import { CLIENT_SECRET } from './applications/client-credentials.js';
import { environment, workerEnvironment } from './config.js';
import { MANAGEMENT_API } from './management/management.api.js';
import { oauthDirectRoutes } from './oauth/http/direct-routes.js';
import { OAUTH_FORMS } from './oauth/http/forms.js';
import { PAGE_FORMS } from './sign-in/forms/posted-forms.js';
import { sendNotFoundPage } from './sign-in/not-found-page.js';
import { WorkerModule } from './worker.module.js';

const common = { version: '0.1.0', redact: [CLIENT_SECRET] } as const;

/** The process that answers HTTP. */
export const identityApi: HttpServiceDefinition<typeof environment> = {
  ...common,
  environment,
  name: 'identity',
  description:
    'NamoID signs people and programs in: an OAuth 2.1 and OpenID Connect provider for many organizations.',
  module: () => AppModule,
  // Forms, which the OAuth engine reads as strictly as they are to be read.
  unparsedRoutes: [OAUTH_FORMS, ...PAGE_FORMS],
  notFoundPage: sendNotFoundPage,
  directRoutes: oauthDirectRoutes,
  api: MANAGEMENT_API,
};

/** The process that works off queues, and does what is due. */
export const identityWorker: ServiceDefinition<typeof workerEnvironment> = {
  ...common,
  environment: workerEnvironment,
  name: 'identity-worker',
  description: 'Sends webhooks, rotates signing keys and chains the audit trail of NamoID.',
  module: () => WorkerModule,
};
