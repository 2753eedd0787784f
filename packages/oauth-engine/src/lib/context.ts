import { type Mode } from './model/application.js';
import { type ClientKeys } from './ports/client-keys.js';
import { type ReplayRegister } from './ports/replay-register.js';
import { type Signer } from './ports/signer.js';
import { type OAuthStore } from './ports/store.js';
import { type Vault } from './ports/vault.js';
import { type Settings } from './settings.js';
import { type CheckedJwts } from './tokens/checked-jwts.js';

/** All that a handler stands on: one organization in one mode, and its ports. */
export interface OAuthContext {
  /** `{base}/{org}`, from configuration; never from a `Host` header. No slash at its end. */
  readonly issuer: string;
  readonly mode: Mode;
  readonly clock: { now(): Date };
  /** Cryptographically random: codes, tokens, secrets, and the names of grants. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly store: OAuthStore;
  readonly signer: Signer;
  /** One for all organizations of the process. */
  readonly checkedJwts: CheckedJwts;
  readonly replays: ReplayRegister;
  readonly clientKeys: ClientKeys;
  readonly vault: Vault;
  readonly settings: Settings;
}
