import { type JsonValue } from './json.js';

/** A user, as far as tokens speak of one. */
export interface User {
  /** `sub`: stable, and unique within the organization. Never reused. */
  readonly id: string;
  /** Standard claims by name (OpenID Connect Core §5.1): all that is known, filtered by the engine. */
  readonly claims: Readonly<Record<string, JsonValue>>;
}

/** Who is signed in at this browser, as the application around the engine knows by its cookie. */
export interface SignIn {
  readonly sessionId: string;
  readonly userId: string;
  /** To the millisecond: it is compared with the moment at which a request arrived. */
  readonly authenticatedAt: Date;
  readonly acr?: string;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
}
