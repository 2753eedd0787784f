import { type QuotaState } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import { type Scope } from '../keys/scopes.js';

/** What a route asks of a key. */
export interface GateRequirement {
  /** The scope the key must have; `undefined` where any valid key may pass. */
  readonly scope: Scope | undefined;
  /** Whether a request counts against the key's daily quota. */
  readonly metered: boolean;
}

/** A request that may go on: whose it is, and where its key stands today. */
export interface Admission {
  readonly userId: string;
  readonly keyId: ApiKeyId;
  readonly quota: QuotaState;
  /** Which counter it was counted in, if it was. */
  readonly countedIn: 'redis' | 'postgres' | undefined;
}
