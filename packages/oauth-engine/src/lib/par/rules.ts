import { dpopKeyOfPush } from '../rules/dpop-key-of-push.js';
import { nestedRequestUri } from '../rules/nested-request-uri.js';
import { redirectUri } from '../rules/redirect-uri.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';
import { sameClientId } from '../rules/same-client-id.js';

/** What a pushed request passes beside the rules of every authorization request. In this order. */
export const pushRules = {
  repeatedParameters,
  nestedRequestUri,
  sameClientId,
  dpopKeyOfPush,
  redirectUri,
} as const;
