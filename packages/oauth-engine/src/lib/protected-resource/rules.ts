import { presentedToken } from '../rules/presented-token.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';
import { tokenBinding } from '../rules/token-binding.js';

/** What a request with an access token passes. In this order. */
export const accessTokenRules = { repeatedParameters, presentedToken, tokenBinding } as const;
