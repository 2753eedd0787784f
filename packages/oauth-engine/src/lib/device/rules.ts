import { grantTypeAllowed } from '../rules/grant-type-allowed.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';
import { resource } from '../rules/resource.js';
import { scope } from '../rules/scope.js';

/** What a device authorization request passes, beside client authentication. In this order. */
export const deviceRules = { repeatedParameters, grantTypeAllowed, scope, resource } as const;
