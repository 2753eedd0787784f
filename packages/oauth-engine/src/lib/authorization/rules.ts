import { acrValues } from '../rules/acr-values.js';
import { claimsParameter } from '../rules/claims-parameter.js';
import { client } from '../rules/client.js';
import { consentNeeded } from '../rules/consent.js';
import { display } from '../rules/display.js';
import { dpopJkt } from '../rules/dpop-jkt.js';
import { expectedUser } from '../rules/expected-user.js';
import { needsLogin } from '../rules/fresh-login.js';
import { grantTypeAllowed } from '../rules/grant-type-allowed.js';
import { loginHint } from '../rules/login-hint.js';
import { maxAge } from '../rules/max-age.js';
import { nonce } from '../rules/nonce.js';
import { pkce } from '../rules/pkce.js';
import { prompt } from '../rules/prompt.js';
import { pushedOnly } from '../rules/pushed-only.js';
import { redirectUri } from '../rules/redirect-uri.js';
import { registrationParameter } from '../rules/registration-parameter.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';
import { requestObject } from '../rules/request-object.js';
import { resource } from '../rules/resource.js';
import { responseMode } from '../rules/response-mode.js';
import { responseType } from '../rules/response-type.js';
import { type Rule } from '../rules/rule.js';
import { scope } from '../rules/scope.js';
import { state } from '../rules/state.js';
import { uiLocales } from '../rules/ui-locales.js';
import { type AuthorizationInput } from './authorization-input.js';
import { type AuthorizationRequest } from './authorization-request.js';

/** Whom it is from and where an answer goes. Who breaks these is not redirected to. */
export const authorizationAddress = { client, redirectUri } as const;

/** What forbids, before anything is read. In this order. */
export const authorizationGuards = {
  repeatedParameters,
  requestObject,
  registrationParameter,
  pushedOnly,
  grantTypeAllowed: ({ application }) => {
    grantTypeAllowed(application, 'authorization_code');
  },
  responseType,
} as const satisfies Record<string, Rule<AuthorizationInput>>;

type Found = Omit<AuthorizationRequest, 'clientId' | 'redirectUri' | 'receivedAt'>;

/** Which rule reads which field of an authorization request. In this order. */
export const authorizationFields: {
  readonly [Field in keyof Required<Found>]: Rule<
    AuthorizationInput,
    Found[Field] | undefined | Promise<Found[Field] | undefined>
  >;
} = {
  state,
  responseMode,
  codeChallenge: pkce,
  scope,
  resources: resource,
  nonce,
  prompt,
  maxAge,
  loginHint,
  acrValues,
  claims: claimsParameter,
  expectedUserId: expectedUser,
  uiLocales,
  display,
  dpopJkt,
};

/** What decides whether the user is asked, and what. In this order. */
export const authorizationDecisions = { needsLogin, consentNeeded } as const;
