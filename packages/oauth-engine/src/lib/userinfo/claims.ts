import { type Application } from '../model/application.js';
import { type JsonObject } from '../model/json.js';
import { type User } from '../model/user.js';

/** Which claims a scope stands for (OpenID Connect Core §5.4). */
export const claimsByScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const satisfies Record<string, readonly string[]>;

/** Every claim about a user that can be asked for. */
export const userClaims: readonly string[] = Object.values(claimsByScope).flat();

/** The scope that stands for a claim, among others or alone; undefined for what is no user claim. */
export function scopeOfClaim(claim: string): string | undefined {
  return Object.entries(claimsByScope).find(([, claims]) =>
    (claims as readonly string[]).includes(claim),
  )?.[0];
}

/** The claims that the scopes ask for. */
export function claimsOfScope(scope: readonly string[]): readonly string[] {
  return Object.entries(claimsByScope)
    .filter(([name]) => scope.includes(name))
    .flatMap(([, claims]) => [...claims]);
}

/** Whether an application may have a claim. Names that are no user claim nobody may have. */
export function mayHaveClaim({ scopes }: Application, name: string): boolean {
  const scope = scopeOfClaim(name);
  return scope !== undefined && scopes.includes(scope);
}

/** Those of the named claims that are known of the user, and that the application may have now. */
export function claimsOf(
  user: User,
  application: Application,
  names: readonly string[],
): JsonObject {
  return Object.fromEntries(
    names
      .filter((name) => mayHaveClaim(application, name) && Object.hasOwn(user.claims, name))
      .map((name) => [name, user.claims[name]]),
  );
}
