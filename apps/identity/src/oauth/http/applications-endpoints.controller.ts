import { Controller, Get, Options, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import {
  authorizeDevice,
  introspectToken,
  issueToken,
  pushAuthorizationRequest,
  revokeToken,
  userinfo,
} from '@nomo/oauth-engine';
import { type Request, type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { CurrentRealm } from '../../realms/realm.guard.js';
import { answerPreflight } from './cross-origin.js';
import { OAuthEndpoints } from './oauth-endpoints.js';
import { OAuthOperation } from './oauth-operation.js';

/** The endpoints that programs call. */
@ApiTags('oauth')
@Controller(':org')
export class ApplicationsEndpointsController {
  constructor(private readonly endpoints: OAuthEndpoints) {}

  @Post('par')
  @OAuthOperation({
    endpoint: 'pushedAuthorization',
    summary: 'Push an authorization request',
    source: 'RFC 9126',
    status: 201,
    form: true,
  })
  pushAuthorizationRequest(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerApplication(
      'pushedAuthorization',
      exchange,
      pushAuthorizationRequest,
    );
  }

  @Post('token')
  @OAuthOperation({
    endpoint: 'token',
    summary: 'Get tokens',
    source: 'RFC 6749, section 3.2',
    form: true,
  })
  issueToken(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerApplication('token', exchange, issueToken);
  }

  @Post('introspect')
  @OAuthOperation({
    endpoint: 'introspection',
    summary: 'Ask what a token is worth',
    source: 'RFC 7662',
    form: true,
  })
  introspectToken(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerApplication('introspection', exchange, introspectToken);
  }

  @Post('revoke')
  @OAuthOperation({
    endpoint: 'revocation',
    summary: 'Give a token back',
    source: 'RFC 7009',
    form: true,
  })
  revokeToken(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerApplication('revocation', exchange, revokeToken);
  }

  @Post('device_authorization')
  @OAuthOperation({
    endpoint: 'deviceAuthorization',
    summary: 'Authorize a device',
    source: 'RFC 8628',
    form: true,
  })
  authorizeDevice(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerApplication('deviceAuthorization', exchange, authorizeDevice);
  }

  @Get('userinfo')
  @OAuthOperation({
    endpoint: 'userinfo',
    summary: 'Read about the user of an access token',
    source: 'OpenID Connect Core, section 5.3',
  })
  userinfo(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    return this.endpoints.answerAnybody('userinfo', exchange, userinfo);
  }

  @Post('userinfo')
  @OAuthOperation({
    endpoint: 'userinfo',
    summary: 'Read about the user of an access token, which is in the body',
    source: 'OpenID Connect Core, section 5.3',
    form: true,
  })
  userinfoByPost(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.userinfo(realm, request, response);
  }

  @Options(['token', 'par', 'revoke', 'device_authorization'])
  @ApiExcludeEndpoint()
  preflightOfForms(@Res() response: Response): void {
    answerPreflight(response, 'POST');
  }

  @Options('userinfo')
  @ApiExcludeEndpoint()
  preflightOfUserinfo(@Res() response: Response): void {
    answerPreflight(response, 'GET, POST');
  }
}
