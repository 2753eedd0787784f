import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type Application } from '../model/application.js';
import { isRegistered } from '../rules/redirect-uri.js';
import { isResourceOf } from '../rules/resource.js';
import { scopeOfApplication } from '../rules/scope-of-application.js';
import { mayHaveClaim } from '../userinfo/claims.js';
import { type AuthorizationInput } from './authorization-input.js';
import { type AuthorizationRequest } from './authorization-request.js';
import { decide } from './decide.js';
import { type AuthorizationOutcome } from './outcome.js';
import { takePushedRequest } from './pushed-reference.js';
import { readAuthorizationRequest } from './read-request.js';
import { respondWithError, type AnswerTo } from './respond.js';
import { authorizationAddress as rules } from './rules.js';
import { type Visit } from './visit.js';

/**
 * The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2).
 *
 * @returns Never an `OAuthError`: whom to tell of one depends on what is known of the application.
 */
export async function authorize(
  context: OAuthContext,
  request: OAuthRequest,
  visit: Visit,
): Promise<AuthorizationOutcome> {
  let input: AuthorizationInput;
  let to: string;
  try {
    const sent = readParameters('authorization', request);
    const pushed = await takePushedRequest(context, sent);
    const parameters = pushed ?? sent;
    const application = await rules.client(context, parameters);
    to = rules.redirectUri(application, parameters);
    input = { context, application, parameters, pushed: pushed !== undefined };
  } catch (error) {
    if (error instanceof OAuthError) return { kind: 'error_page', refusal: error };
    throw error;
  }
  let read: AuthorizationRequest;
  try {
    read = await readAuthorizationRequest(input, to);
  } catch (error) {
    if (error instanceof OAuthError) {
      return respondWithError(context, answerTo(to, input.parameters), error);
    }
    throw error;
  }
  return decide(context, input.application, read, visit);
}

/**
 * Goes on with a request that `authorize` asked the user about. Everything is decided again, by
 * what is true now.
 *
 * @param request - As `authorize` handed it out, kept where the browser cannot change it.
 */
export async function resumeAuthorization(
  context: OAuthContext,
  request: AuthorizationRequest,
  visit: Visit,
): Promise<AuthorizationOutcome> {
  const application = await context.store.findApplication(request.clientId);
  if (application?.mode !== context.mode || !isRegistered(application, request.redirectUri)) {
    const refusal = new OAuthError('invalid_request', 'The application has changed meanwhile');
    return { kind: 'error_page', refusal };
  }
  if (!request.resources.every((one) => isResourceOf(context, application, one))) {
    const refusal = new OAuthError('invalid_target', 'The application has changed meanwhile');
    return respondWithError(context, request, refusal);
  }
  return decide(context, application, withinApplication(application, request), visit);
}

/** Without what was taken from the application while the user thought about it. */
function withinApplication(
  application: Application,
  { claims, ...request }: AuthorizationRequest,
): AuthorizationRequest {
  const allowed = (claim: string): boolean => mayHaveClaim(application, claim);
  return {
    ...request,
    scope: scopeOfApplication(application, request.scope),
    ...(claims && {
      claims: {
        ...claims,
        idToken: claims.idToken.filter(allowed),
        userinfo: claims.userinfo.filter(allowed),
      },
    }),
  };
}

/** How to answer a request that broke a rule: as it asked, as far as that can be told. */
function answerTo(redirectUri: string, parameters: Parameters): AnswerTo {
  const single = (name: string): string | undefined => {
    try {
      return parameters.get(name);
    } catch {
      // Sent twice: which one was meant, nobody knows.
      return undefined;
    }
  };
  const state = single('state');
  return {
    redirectUri,
    responseMode: single('response_mode') === 'form_post' ? 'form_post' : 'query',
    ...(state !== undefined && { state }),
  };
}
