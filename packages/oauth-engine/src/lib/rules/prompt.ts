import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { type Prompt } from '../authorization/authorization-request.js';
import { OAuthError } from '../errors.js';

const prompts: readonly string[] = [
  'none',
  'login',
  'consent',
  'select_account',
] satisfies Prompt[];

/**
 * OpenID Connect Core §3.1.2.1: known prompts, and `none` alone.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function prompt({ parameters }: AuthorizationInput): readonly Prompt[] {
  const asked = [...new Set(parameters.get('prompt')?.split(' '))];
  if (!asked.every(isPrompt)) {
    throw new OAuthError('invalid_request', 'The prompt is unknown');
  }
  if (asked.includes('none') && asked.length > 1) {
    throw new OAuthError('invalid_request', 'The prompt none stands alone');
  }
  return asked;
}

function isPrompt(value: string): value is Prompt {
  return prompts.includes(value);
}
