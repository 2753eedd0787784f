import { type ClaimsRequest } from '../model/authorization.js';

/** What the user may be asked before an answer (OpenID Connect Core §3.1.2.1). */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account';

/**
 * An authorization request that has passed every rule. A plain value that survives JSON: the
 * application around the engine keeps it while the user signs in, and resumes with it.
 */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state?: string;
  readonly responseMode: 'query' | 'form_post';
  readonly scope: readonly string[];
  readonly resources: readonly string[];
  readonly codeChallenge: string;
  readonly nonce?: string;
  readonly prompt: readonly Prompt[];
  /** Seconds. */
  readonly maxAge?: number;
  readonly loginHint?: string;
  readonly acrValues: readonly string[];
  readonly claims?: ClaimsRequest;
  /** The `sub` of the `id_token_hint`: nobody else may answer. */
  readonly expectedUserId?: string;
  readonly uiLocales: readonly string[];
  readonly display?: string;
  readonly dpopJkt?: string;
  /** When it arrived, in milliseconds since 1970: a sign-in has to be younger for `prompt=login`. */
  readonly receivedAt: number;
}
