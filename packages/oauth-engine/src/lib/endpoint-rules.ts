import {
  authorizationAddress,
  authorizationDecisions,
  authorizationFields,
  authorizationGuards,
} from './authorization/rules.js';
import { clientAuthenticationRules } from './client-authentication/rules.js';
import { deviceRules } from './device/rules.js';
import { introspectionRules } from './introspection/rules.js';
import { endSessionRules } from './logout/rules.js';
import { pushRules } from './par/rules.js';
import { accessTokenRules } from './protected-resource/rules.js';
import { revocationRules } from './revocation/rules.js';
import { dpopProof } from './rules/dpop-proof.js';
import { grantRules, tokenGuards, tokenShape } from './token/rules.js';

type Rules = Readonly<Record<string, (...subject: never[]) => unknown>>;

/** Whatever rules of an authorization request do not depend on where it is sent. */
const authorization = { ...authorizationGuards, ...authorizationFields };

const token = { ...clientAuthenticationRules, ...tokenGuards, dpopProof, ...tokenShape };

/**
 * Which rules run where, the token endpoint once for each grant. It is made of the very objects
 * by which the handlers call them, so it cannot say anything else than they do.
 */
export const endpointRules = {
  authorization: { ...authorizationAddress, ...authorization, ...authorizationDecisions },
  pushedAuthorization: {
    ...clientAuthenticationRules,
    ...pushRules,
    dpopProof,
    ...authorization,
  },
  'token, authorization_code': { ...token, ...grantRules.authorization_code },
  'token, refresh_token': { ...token, ...grantRules.refresh_token },
  'token, client_credentials': { ...token, ...grantRules.client_credentials },
  'token, device_code': {
    ...token,
    ...grantRules['urn:ietf:params:oauth:grant-type:device_code'],
  },
  deviceAuthorization: { ...clientAuthenticationRules, ...deviceRules },
  introspection: { ...clientAuthenticationRules, ...introspectionRules },
  revocation: { ...clientAuthenticationRules, ...revocationRules },
  userinfo: { ...accessTokenRules, dpopProof },
  endSession: endSessionRules,
} as const satisfies Record<string, Rules>;

/** The names of the rules that run there, each as its function is called, in their order. */
export function ruleNames(place: keyof typeof endpointRules): readonly string[] {
  const rules: Rules = endpointRules[place];
  return [...new Set(Object.values(rules).map(({ name }) => name))];
}
