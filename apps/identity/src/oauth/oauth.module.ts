import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { ResourceServersModule } from '../resource-servers/resource-servers.module.js';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { PagesModule } from '../sign-in/pages/pages.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { BrowserAnswers } from './browser/browser-answers.js';
import { BrowserSessions } from './browser/browser-sessions.js';
import { KnownApplications } from './contexts/known-applications.js';
import { OAuthContexts } from './contexts/oauth-contexts.js';
import { PublishedKeys } from './contexts/published-keys.js';
import { RealmResources } from './contexts/realm-resources.js';
import { SeenIdentifiers } from './contexts/seen-identifiers.js';
import { ApplicationsEndpointsController } from './http/applications-endpoints.controller.js';
import { BrowserEndpointsController } from './http/browser-endpoints.controller.js';
import { ClientFailures } from './http/client-failures.js';
import { MetadataController } from './http/metadata.controller.js';
import { OAuthEndpoints } from './http/oauth-endpoints.js';
import { OAuthMetrics } from './http/oauth-metrics.js';
import { Interactions } from './interactions/interactions.js';
import { InteractionsRepository } from './interactions/interactions.repository.js';
import { KeptAnswers } from './interactions/kept-answers.js';
import { LogoutOutboxModule } from './logout/logout-outbox.module.js';
import { AccessTokenStates } from './store/access-token-states.js';
import { RefreshTokens } from './store/refresh-tokens.js';
import { StorePorts } from './store/store-ports.js';

/** The endpoints of OAuth and OpenID Connect: HTTP around @nomo/oauth-engine. */
@Module({
  imports: [
    ApplicationsModule,
    ConsentsModule,
    LogoutOutboxModule,
    PagesModule,
    ResourceServersModule,
    SecurityEventsModule,
    SessionsModule,
    SigningKeysModule,
  ],
  controllers: [
    ApplicationsEndpointsController,
    BrowserEndpointsController,
    MetadataController,
  ],
  providers: [
    BrowserAnswers,
    BrowserSessions,
    KnownApplications,
    OAuthContexts,
    PublishedKeys,
    RealmResources,
    SeenIdentifiers,
    ClientFailures,
    OAuthEndpoints,
    OAuthMetrics,
    Interactions,
    InteractionsRepository,
    KeptAnswers,
    AccessTokenStates,
    RefreshTokens,
    StorePorts,
  ],
  exports: [BrowserAnswers, BrowserSessions, Interactions, KeptAnswers, OAuthContexts],
})
export class OAuthModule {}
