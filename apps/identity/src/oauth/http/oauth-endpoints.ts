import { Injectable, Logger } from '@nestjs/common';
import {
  type EndpointName,
  OAuthError,
  type OAuthRequest,
  type OAuthResponse,
} from '@nomo/oauth-engine';
import { requestContext } from '@nomo/service-kit';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { addressOf } from '../../audit/origin.js';
import { type Realm } from '../../realms/realm.js';
import { KnownApplications } from '../contexts/known-applications.js';
import { OAuthContexts, type RequestContext } from '../contexts/oauth-contexts.js';
import { type Requester, type StoreHooks } from '../store/postgres-oauth-store.js';
import { claimedClientOf } from './claimed-client.js';
import { ClientFailures } from './client-failures.js';
import { allowAnyOrigin, allowOriginOf } from './cross-origin.js';
import { readOAuthRequest } from './forms.js';
import { OAuthMetrics } from './oauth-metrics.js';
import { withOAuthError } from './oauth-problem.js';
import { sendOAuthResponse } from './send-oauth-response.js';

export type Handler = (
  context: RequestContext,
  request: OAuthRequest,
) => OAuthResponse | Promise<OAuthResponse>;

/** HTTP around the engine: requests go in as they came, answers go out as they are. */
@Injectable()
export class OAuthEndpoints {
  private readonly logger = new Logger('OAuth');

  constructor(
    private readonly contexts: OAuthContexts,
    private readonly applications: KnownApplications,
    private readonly failures: ClientFailures,
    private readonly metrics: OAuthMetrics,
  ) {}

  /** Answers an endpoint where applications authenticate themselves. */
  answerApplication(
    endpoint: EndpointName,
    { realm, request, response }: Exchange,
    handler: Handler,
  ): Promise<void> {
    return withOAuthError(async () => {
      const read = await readOAuthRequest(request);
      const clientId = claimedClientOf(read);
      const place = { address: requestContext(request).clientAddress, clientId };
      if (request.headers.origin !== undefined) {
        await this.letItsPagesRead(realm, clientId, request, response);
      }
      this.failures.check(place);
      const answer = await this.ask(endpoint, realm, request, read, handler);
      if (answer instanceof OAuthError && answer.code === 'invalid_client') {
        await this.failures.note(place);
      }
      send(response, answer);
    });
  }

  /** Answers an endpoint where an access token is shown, or that is public. */
  answerAnybody(
    endpoint: EndpointName,
    { realm, request, response }: Exchange,
    handler: Handler,
  ): Promise<void> {
    return withOAuthError(async () => {
      const read = await readOAuthRequest(request);
      allowAnyOrigin(response);
      send(response, await this.ask(endpoint, realm, request, read, handler));
    });
  }

  /** The context of a request, for those who answer it themselves. */
  contextOf(
    realm: Realm,
    request: IncomingMessage,
    hooks: StoreHooks = {},
  ): Promise<RequestContext> {
    return this.contexts.of(realm, requesterOf(request), hooks);
  }

  /** Counts an answer, and says in the log what an application is not told. */
  note(
    endpoint: EndpointName,
    refusal: OAuthError | undefined,
    request: IncomingMessage,
  ): void {
    this.metrics.count(endpoint, refusal?.code ?? 'ok');
    if (refusal === undefined) return;
    this.logger.debug({
      requestId: requestContext(request).id,
      endpoint,
      error: refusal.code,
      description: refusal.description,
      detail: refusal.detail,
    });
  }

  private async ask(
    endpoint: EndpointName,
    realm: Realm,
    request: IncomingMessage,
    read: OAuthRequest,
    handler: Handler,
  ): Promise<OAuthResponse | OAuthError> {
    const context = await this.contextOf(realm, request);
    let answer = await outcomeOf(handler, context, read);
    if (
      answer instanceof OAuthError &&
      answer.code === 'invalid_client' &&
      context.store.askAgain()
    ) {
      // Its secret may have been changed by another process a moment ago.
      answer = await outcomeOf(handler, await this.contextOf(realm, request), read);
    }
    this.note(endpoint, answer instanceof OAuthError ? answer : undefined, request);
    return answer;
  }

  private async letItsPagesRead(
    realm: Realm,
    clientId: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const known =
      clientId === undefined ? undefined : await this.applications.find(realm, clientId);
    allowOriginOf(known?.application, request, response);
  }
}

/** A request to a realm, and where its answer goes. */
export interface Exchange {
  readonly realm: Realm;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function outcomeOf(
  handler: Handler,
  context: RequestContext,
  request: OAuthRequest,
): Promise<OAuthResponse | OAuthError> {
  try {
    return await handler(context, request);
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

function send(response: ServerResponse, answer: OAuthResponse | OAuthError): void {
  sendOAuthResponse(response, answer instanceof OAuthError ? answer.toResponse() : answer);
}

export function requesterOf(request: IncomingMessage): Requester {
  const { id, clientAddress } = requestContext(request);
  return {
    requestId: id,
    ip: addressOf(clientAddress),
    userAgent: request.headers['user-agent'],
  };
}
