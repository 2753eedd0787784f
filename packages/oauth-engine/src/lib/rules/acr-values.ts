import { type AuthorizationInput } from '../authorization/authorization-input.js';

/**
 * OpenID Connect Core §3.1.2.1: wished-for authentication context classes, in order of
 * preference. A wish: those that sign-in cannot reach are left out, and none is insisted on.
 */
export function acrValues({ context, parameters }: AuthorizationInput): readonly string[] {
  const known = context.settings.acrValues;
  const asked = parameters.get('acr_values')?.split(' ') ?? [];
  return [...new Set(asked)].filter((value) => known.includes(value));
}
