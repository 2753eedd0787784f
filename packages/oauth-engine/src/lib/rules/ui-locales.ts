import { type AuthorizationInput } from '../authorization/authorization-input.js';

/**
 * OpenID Connect Core §3.1.2.1: languages for the pages, in order of preference. Those that the
 * pages do not speak are no error.
 *
 * @returns The tags as the settings write them.
 */
export function uiLocales({ context, parameters }: AuthorizationInput): readonly string[] {
  const asked = parameters.get('ui_locales')?.toLowerCase().split(' ') ?? [];
  const spoken = new Map(
    context.settings.uiLocales.map((tag) => [tag.toLowerCase(), tag] as const),
  );
  return [...new Set(asked)].flatMap((tag) => spoken.get(tag) ?? []);
}
