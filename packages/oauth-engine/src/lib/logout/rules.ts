import { idTokenHint } from '../rules/id-token-hint.js';
import { logoutClient } from '../rules/logout-client.js';
import { needsConfirmation } from '../rules/logout-confirmation.js';
import { postLogoutRedirectUri } from '../rules/post-logout-redirect-uri.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';

/** What a logout request passes. In this order. */
export const endSessionRules = {
  repeatedParameters,
  idTokenHint,
  logoutClient,
  postLogoutRedirectUri,
  needsConfirmation,
} as const;
