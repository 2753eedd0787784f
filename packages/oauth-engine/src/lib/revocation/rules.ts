import { ownToken } from '../rules/own-token.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';

/** What a revocation request passes, beside client authentication. */
export const revocationRules = { repeatedParameters, ownToken } as const;
