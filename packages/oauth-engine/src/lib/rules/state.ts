import { type AuthorizationInput } from '../authorization/authorization-input.js';

/** RFC 6749 §4.1.1: handed back exactly as it was received, with a code or an error. */
export function state({ parameters }: AuthorizationInput): string | undefined {
  return parameters.get('state');
}
