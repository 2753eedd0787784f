import { Injectable, Logger } from '@nestjs/common';
import { createSigner, type Signer } from '@nomo/oauth-engine';
import { SecretBox } from '@nomo/security-core/secret-box';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ExpiringCache } from '../realms/expiring-cache.js';
import { type RealmKey } from '../realms/realm.js';
import { WHILE_DATABASE_IS_AWAY } from '../realms/while-database-is-away.js';
import { type KeySet, makeKeySet } from './key-set.js';
import { SigningKeysRepository, type StoredSigningKey } from './signing-keys.repository.js';

/**
 * How long a process may go on with what it has read. A key that was replaced is published for
 * days after; a key that was compromised signs and checks in other processes for this long at
 * most, and to read a realm's keys again costs one query and a millisecond.
 */
export const KEYS_KEPT_MS = 5_000;
const MOST_REALMS = 10_000;
/** A kid that is not known makes us look once in this time, and not for each request that has one. */
const UNKNOWN_KID_MS = 1_000;

/** Signs and checks with the keys of a realm. They live here, and sealed in the database. */
@Injectable()
export class SigningKeysService {
  private readonly logger = new Logger('SigningKeys');
  private readonly sets = new ExpiringCache<KeySet>({
    ttlMs: KEYS_KEPT_MS,
    most: MOST_REALMS,
    standIn: WHILE_DATABASE_IS_AWAY,
  });
  private readonly looked = new ExpiringCache<true>({
    ttlMs: UNKNOWN_KID_MS,
    most: MOST_REALMS,
  });

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly boxes: SecretBox,
  ) {}

  /** The public half of a published key; `undefined` for any other kid. */
  async verificationKey(realm: RealmKey, kid: string): Promise<KeyObject | undefined> {
    const known = (await this.setOf(realm)).verification.get(kid);
    if (known !== undefined) return known;
    // Another process may have rotated just now.
    const name = nameOf(realm);
    await this.looked.get(name, () => {
      this.sets.expire(name);
      return Promise.resolve(true as const);
    });
    return (await this.setOf(realm)).verification.get(kid);
  }

  /**
   * What the OAuth engine signs and checks with in one request. It signs with the keys as they are
   * now, so that nothing is looked up inside of a transaction.
   */
  async signerOf(realm: RealmKey): Promise<Signer> {
    const set = await this.setOf(realm);
    return {
      sign: (header, payload) => signWith(set, header, payload),
      verificationKey: (kid) => this.verificationKey(realm, kid),
      jwks: () => Promise.resolve(set.jwks),
    };
  }

  /** Has the next call read the keys again, in this process. */
  forget(realm: RealmKey): void {
    this.sets.delete(nameOf(realm));
  }

  private setOf(realm: RealmKey): Promise<KeySet> {
    return this.sets.get(nameOf(realm), async () => {
      const published = await this.keys.findPublished(realm);
      const active = published.find(({ status }) => status === 'active');
      return makeKeySet(published, active && (await this.openedSigner(realm, active)));
    });
  }

  /** A key that does not open signs nothing. What was signed before is checked all the same. */
  private async openedSigner(
    realm: RealmKey,
    active: StoredSigningKey,
  ): Promise<Signer | undefined> {
    try {
      return await this.signerOver(realm, active);
    } catch (error) {
      const { orgId, mode } = realm;
      this.logger.error(
        { err: error, orgId, mode, kid: active.kid },
        'A signing key does not open: SECRET_BOX_KEYS has to hold the key that it was sealed under',
      );
      return undefined;
    }
  }

  private async signerOver(
    { orgId, mode }: RealmKey,
    { kid, privateBox }: StoredSigningKey,
  ): Promise<Signer> {
    if (privateBox === undefined) throw new Error('an active signing key has a private half');
    const pkcs8 = this.boxes.open(privateBox, signingKeyContext({ orgId, mode }, kid));
    try {
      const der = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.byteLength);
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      return await createSigner({ active: { kid, privateKey }, published: [] });
    } finally {
      pkcs8.fill(0);
    }
  }
}

/** Where a private key belongs: in another row its box does not open. */
export function signingKeyContext(
  { orgId, mode }: RealmKey,
  kid: string,
): Readonly<Record<string, string>> {
  return { table: 'signing_keys', org: orgId, mode, kid };
}

function nameOf({ orgId, mode }: RealmKey): string {
  return `${orgId}:${mode}`;
}

async function signWith(
  { signer }: KeySet,
  header: Parameters<Signer['sign']>[0],
  payload: Parameters<Signer['sign']>[1],
): Promise<string> {
  if (signer === undefined) throw new Error('the realm has no active signing key');
  return signer.sign(header, payload);
}
