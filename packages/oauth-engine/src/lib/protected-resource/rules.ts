import { presentedToken } from '../rules/presented-token.js';
import { tokenBinding } from '../rules/token-binding.js';

/** What a request with an access token passes. In this order. */
export const accessTokenRules = { presentedToken, tokenBinding } as const;
