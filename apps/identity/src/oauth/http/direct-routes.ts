import { type INestApplicationContext } from '@nestjs/common';
import {
  type EndpointName,
  introspectToken,
  issueToken,
  revokeToken,
} from '@nomo/oauth-engine';
import { type DirectRoute } from '@nomo/service-kit';
import { noSuchRealm } from '../../realms/realm.guard.js';
import { RealmsService } from '../../realms/realms.service.js';
import { answerDiscovery, answerJwks } from './metadata.controller.js';
import { type Exchange, type Handler, OAuthEndpoints } from './oauth-endpoints.js';
import { withOAuthError } from './oauth-problem.js';

/**
 * The endpoints that are asked thousands of times a second. Their controllers stand for them in
 * the documents, and answer what the kit takes for no plain path.
 */
export function oauthDirectRoutes(app: INestApplicationContext): readonly DirectRoute[] {
  const endpoints = app.get(OAuthEndpoints, { strict: false });
  const realms = app.get(RealmsService, { strict: false });
  const to =
    (answer: (exchange: Exchange) => Promise<void>): DirectRoute['answer'] =>
    async (request, response, slug) => {
      const realm = await withOAuthError(() => realms.find(slug));
      if (realm === undefined) throw noSuchRealm();
      await answer({ realm, request, response });
    };
  const form = (endpoint: EndpointName, handler: Handler): DirectRoute['answer'] =>
    to((exchange) => endpoints.answerApplication(endpoint, exchange, handler));
  return [
    { method: 'POST', route: '/:org/token', answer: form('token', issueToken) },
    {
      method: 'POST',
      route: '/:org/introspect',
      answer: form('introspection', introspectToken),
    },
    { method: 'POST', route: '/:org/revoke', answer: form('revocation', revokeToken) },
    {
      method: 'GET',
      route: '/:org/jwks',
      answer: to((exchange) => answerJwks(endpoints, exchange)),
    },
    {
      method: 'GET',
      route: '/:org/.well-known/openid-configuration',
      answer: to((exchange) => answerDiscovery(endpoints, exchange)),
    },
  ];
}
