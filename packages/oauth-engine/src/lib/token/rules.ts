import { activeUser } from '../rules/active-user.js';
import { audience } from '../rules/audience.js';
import { codeVerifier } from '../rules/code-verifier.js';
import { confidential } from '../rules/confidential.js';
import { dpopBinding } from '../rules/dpop-binding.js';
import { dpopRequired } from '../rules/dpop-required.js';
import { grantTypeAllowed } from '../rules/grant-type-allowed.js';
import { liveGrant } from '../rules/live-grant.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';
import { resource } from '../rules/resource.js';
import { resourceSubset } from '../rules/resource-subset.js';
import { sameClient } from '../rules/same-client.js';
import { sameRedirectUri } from '../rules/same-redirect-uri.js';
import { scope } from '../rules/scope.js';
import { scopeOfApplication } from '../rules/scope-of-application.js';
import { scopeOfAudience } from '../rules/scope-of-audience.js';
import { scopeSubset } from '../rules/scope-subset.js';
import { scopeWithoutUser } from '../rules/scope-without-user.js';
import { supportedGrantType } from '../rules/supported-grant-type.js';

/** What every token request passes, whatever it asks for. In this order. */
export const tokenGuards = {
  repeatedParameters,
  supportedGrantType,
  grantTypeAllowed,
  dpopRequired,
} as const;

/** What each grant asks beside that. In this order. */
export const grantRules = {
  authorization_code: {
    sameClient,
    sameRedirectUri,
    codeVerifier,
    dpopBinding,
    resource,
    resourceSubset,
    activeUser,
  },
  refresh_token: {
    sameClient,
    liveGrant,
    dpopBinding,
    scopeSubset,
    resource,
    resourceSubset,
    activeUser,
  },
  client_credentials: { confidential, scope, scopeWithoutUser, resource },
  'urn:ietf:params:oauth:grant-type:device_code': { resource, resourceSubset, activeUser },
} as const;

/** What shapes every access token. */
export const tokenShape = { scopeOfApplication, audience, scopeOfAudience } as const;
