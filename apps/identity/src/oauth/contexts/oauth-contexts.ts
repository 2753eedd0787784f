import { Injectable } from '@nestjs/common';
import { CheckedJwts, type OAuthContext } from '@nomo/oauth-engine';
import { SecretBox } from '@nomo/security-core/secret-box';
import { type Realm } from '../../realms/realm.js';
import { CodeDigests } from '../../secrets/code-digests.js';
import { SigningKeysService } from '../../signing-keys/signing-keys.service.js';
import {
  PostgresOAuthStore,
  type Requester,
  type StoreHooks,
} from '../store/postgres-oauth-store.js';
import { StorePorts } from '../store/store-ports.js';
import { vaultOf } from './box-vault.js';
import { drawBytes } from './draw-bytes.js';
import { PublishedKeys } from './published-keys.js';
import { RealmResources } from './realm-resources.js';
import { SeenIdentifiers } from './seen-identifiers.js';

/** The engine's context, with the store of one request. */
export type RequestContext = OAuthContext & { readonly store: PostgresOAuthStore };

/** Makes what the engine stands on. */
@Injectable()
export class OAuthContexts {
  private readonly checkedJwts = new CheckedJwts();

  constructor(
    private readonly ports: StorePorts,
    private readonly keys: SigningKeysService,
    private readonly resources: RealmResources,
    private readonly seen: SeenIdentifiers,
    private readonly published: PublishedKeys,
    private readonly boxes: SecretBox,
    private readonly digests: CodeDigests,
  ) {}

  /**
   * The context of one request to one realm.
   *
   * @param requester where the request came from, for the audit trail
   */
  async of(
    realm: Realm,
    requester: Requester,
    hooks: StoreHooks = {},
  ): Promise<RequestContext> {
    const [signer, settings] = await Promise.all([
      this.keys.signerOf(realm),
      this.resources.settingsOf(realm),
    ]);
    return {
      issuer: realm.issuer,
      mode: realm.mode,
      clock: { now: () => new Date() },
      randomBytes: drawBytes,
      store: new PostgresOAuthStore(this.ports, realm, requester, hooks),
      signer,
      checkedJwts: this.checkedJwts,
      replays: this.seen.of(realm),
      clientKeys: this.published,
      vault: vaultOf(realm, this.boxes, this.digests),
      settings,
    };
  }
}
