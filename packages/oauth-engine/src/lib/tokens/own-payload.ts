/** The kinds of JWT that the organization signs. The type keeps one from passing for another. */
const ownTypes = ['at+jwt', 'JWT', 'logout+jwt'] as const;
export type OwnJwtType = (typeof ownTypes)[number];

export function isOwnType(value: unknown): value is OwnJwtType {
  return (ownTypes as readonly unknown[]).includes(value);
}

/** What every JWT of ours says, beside what its kind does. */
export interface OwnPayload {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

export function isOwnPayload(
  payload: Readonly<Record<string, unknown>>,
): payload is OwnPayload {
  const { iss, sub, aud, iat, exp, jti } = payload;
  return (
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    (typeof aud === 'string' || (Array.isArray(aud) && aud.every(isText))) &&
    Number.isFinite(iat) &&
    Number.isFinite(exp) &&
    (jti === undefined || typeof jti === 'string')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
