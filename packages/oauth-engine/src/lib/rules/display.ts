import { type AuthorizationInput } from '../authorization/authorization-input.js';

const displays = ['page', 'popup', 'touch', 'wap'] as const;

/** OpenID Connect Core §3.1.2.1: how the pages may show. One that is unknown is ignored. */
export function display({
  parameters,
}: AuthorizationInput): (typeof displays)[number] | undefined {
  const asked = parameters.get('display');
  return displays.find((value) => value === asked);
}
