import { clientAssertion } from '../rules/client-assertion.js';
import { clientCredentials } from '../rules/client-credentials.js';
import { clientSecret } from '../rules/client-secret.js';

/** How an application proves who it is, wherever it has to. In this order. */
export const clientAuthenticationRules = {
  clientCredentials,
  clientSecret,
  clientAssertion,
} as const;
