import { Controller, Get, Options, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import {
  discovery,
  jwks,
  type OAuthRequest,
  protectedResourceMetadata,
} from '@nomo/oauth-engine';
import { Problem } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { CurrentRealm } from '../../realms/realm.guard.js';
import { allowAnyOrigin, answerPreflight } from './cross-origin.js';
import { type Exchange, type Handler, OAuthEndpoints } from './oauth-endpoints.js';
import { METADATA } from './oauth-documents.js';
import { OAuthOperation } from './oauth-operation.js';

/** What the world may know of a realm. Answered from memory. */
@ApiTags('oauth')
@Controller()
export class MetadataController {
  constructor(private readonly endpoints: OAuthEndpoints) {}

  @Get(':org/.well-known/openid-configuration')
  @OAuthOperation({
    summary: 'Discover what the organization can do',
    source: 'OpenID Connect Discovery, section 4',
    answer: METADATA,
  })
  openidConfiguration(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return answerDiscovery(this.endpoints, exchange);
  }

  @Get('.well-known/oauth-authorization-server/:org')
  @OAuthOperation({
    summary: 'The same, where RFC 8414 looks for it',
    source: 'RFC 8414',
    answer: METADATA,
  })
  authorizationServerMetadata(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.openidConfiguration(realm, request, response);
  }

  @Get(':org/jwks')
  @OAuthOperation({
    summary: 'The keys that tokens are signed with',
    source: 'RFC 7517',
    answer: METADATA,
  })
  jwks(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return answerJwks(this.endpoints, exchange);
  }

  @Get('.well-known/oauth-protected-resource/:org/api')
  @OAuthOperation({
    summary: 'Where tokens for the management API come from',
    source: 'RFC 9728',
    answer: METADATA,
  })
  async protectedResource(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const context = await this.endpoints.contextOf(realm, request);
    const document = protectedResourceMetadata(context, realm.managementAudience);
    if (document === undefined) {
      throw new Problem({ status: 404, detail: 'There is nothing here.' });
    }
    allowAnyOrigin(response);
    response.setHeader('cache-control', 'public, max-age=300');
    response.json(document);
  }

  @Options([
    ':org/.well-known/openid-configuration',
    '.well-known/oauth-authorization-server/:org',
    '.well-known/oauth-protected-resource/:org/api',
    ':org/jwks',
  ])
  @ApiExcludeEndpoint()
  preflightOfMetadata(@Res() response: Response): void {
    answerPreflight(response, 'GET');
  }
}

/** What the organization can do. */
export function answerDiscovery(endpoints: OAuthEndpoints, exchange: Exchange): Promise<void> {
  return endpoints.answerAnybody('discovery', exchange, asGet(discovery));
}

/** The keys that tokens are signed with. */
export function answerJwks(endpoints: OAuthEndpoints, exchange: Exchange): Promise<void> {
  return endpoints.answerAnybody('jwks', exchange, asGet(jwks));
}

/** HEAD is GET without its body (RFC 9110, section 9.3.2); who sends it leaves the body away. */
function asGet(handler: Handler): Handler {
  return (context, request: OAuthRequest) => handler(context, { ...request, method: 'GET' });
}
