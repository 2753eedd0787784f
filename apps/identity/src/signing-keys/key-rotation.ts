import { Injectable } from '@nestjs/common';
import { jwksMaxAgeSeconds } from '@nomo/oauth-engine';
import { SecretBox } from '@nomo/security-core/secret-box';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { Tenants, type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import { SecurityEventsRecorder } from '../security-events/security-events.recorder.js';
import { generateSigningKey, type NewSigningKey, type SigningKey } from './signing-key.js';
import { type InsertedSigningKey, SigningKeysRepository } from './signing-keys.repository.js';
import { KEYS_KEPT_MS, signingKeyContext, SigningKeysService } from './signing-keys.service.js';

export type RotationReason = 'scheduled' | 'by_hand' | 'compromised';

/** The next key has not been published for long enough to sign with. */
export class NextKeyTooYoung extends Error {
  readonly code = 'next_key_too_young';

  constructor(readonly retryAfterSeconds: number) {
    super('The next key has not been published for long enough');
  }
}

export interface Rotation {
  readonly retiredKid: string;
  readonly activeKid: string;
  readonly nextKid: string;
}

/** For processes whose clocks differ, and for an answer that is on its way. */
const RESERVE_MS = 30_000;

/**
 * A key signs after everybody has had the chance to see it: one of our processes may answer with
 * a set that is a little old, and caches on the way keep that for as long as we tell them.
 * Whoever meets an unknown key and looks again at once then finds it.
 */
export const PUBLISHED_FOR_MS = jwksMaxAgeSeconds * 1_000 + KEYS_KEPT_MS + RESERVE_MS;

/** Retired keys are published for as long as any token they signed may live (a day), and then some. */
export const RETIRED_FOR_MS = 7 * 86_400_000;

/** Moves signing keys along: next → active → retiring → gone. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly tenants: Tenants,
    private readonly keys: SigningKeysRepository,
    private readonly signing: SigningKeysService,
    private readonly events: SecurityEventsRecorder,
    private readonly boxes: SecretBox,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The next key signs from now on, what signed until now is only published, and there is a
   * new next key. A compromised key is not even published any more: what it signed is void.
   *
   * @param transact runs it in a transaction of the organization, or knows that it was done
   * @throws {NextKeyTooYoung} unless the key is compromised
   */
  async rotate(
    realm: RealmKey,
    reason: RotationReason,
    origin: Origin,
    transact = (work: (tx: Tx) => Promise<Rotation>): Promise<Rotation> =>
      this.tenants.withTenant(realm.orgId, work),
  ): Promise<Rotation> {
    // Takes some tenths of a second: before anything is locked.
    const fresh = await generateSigningKey();
    const rotation = await transact((tx) => this.rotateIn(tx, realm, fresh, reason, origin));
    this.signing.forget(realm);
    return rotation;
  }

  /**
   * The same on schedule: where the key that signs has done so since before a moment. Two workers
   * that come to it at once rotate once.
   */
  async rotateIfOlder(
    realm: RealmKey,
    activeSince: Date,
    origin: Origin,
  ): Promise<Rotation | undefined> {
    const [active] = (await this.keys.list(realm)).filter(({ status }) => status === 'active');
    if (!isOlder(active, activeSince)) return undefined;
    const fresh = await generateSigningKey();
    const rotation = await this.tenants.withTenant(realm.orgId, async (tx) => {
      const locked = await this.keys.lockForRotation(tx, realm);
      if (
        !isOlder(
          locked.find(({ status }) => status === 'active'),
          activeSince,
        )
      ) {
        return undefined;
      }
      return this.rotateIn(tx, realm, fresh, 'scheduled', origin);
    });
    this.signing.forget(realm);
    return rotation;
  }

  /** Removes keys that have retired long enough. Returns their kids. */
  async removeRetired(realm: RealmKey, before: Date, origin: Origin): Promise<string[]> {
    return this.tenants.withTenant(realm.orgId, async (tx) => {
      const kids = await this.keys.removeRetired(tx, realm, before);
      for (const kid of kids) {
        await this.audit.record(tx, realm.orgId, origin, {
          action: 'signing_key.removed',
          target: { type: 'signing_key', id: kid },
          details: { mode: realm.mode },
        });
      }
      return kids;
    });
  }

  private async rotateIn(
    tx: Tx,
    realm: RealmKey,
    fresh: NewSigningKey,
    reason: RotationReason,
    origin: Origin,
  ): Promise<Rotation> {
    const locked = await this.keys.lockForRotation(tx, realm);
    const active = locked.find(({ status }) => status === 'active');
    const next = locked.find(({ status }) => status === 'next');
    if (active === undefined || next === undefined) {
      throw new Error('a realm has one active and one next signing key');
    }
    const youngerBy = PUBLISHED_FOR_MS - (Date.now() - next.createdAt.getTime());
    if (reason !== 'compromised' && youngerBy > 0) {
      throw new NextKeyTooYoung(Math.ceil(youngerBy / 1_000));
    }
    await this.keys.move(
      tx,
      realm.orgId,
      active.kid,
      reason === 'compromised' ? 'gone' : 'retiring',
    );
    await this.keys.move(tx, realm.orgId, next.kid, 'active');
    await this.keys.insert(tx, realm, sealSigningKey(this.boxes, realm, fresh, 'next'));
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'signing_key.rotated',
      target: { type: 'signing_key', id: next.kid },
      details: { mode: realm.mode, previousKid: active.kid, nextKid: fresh.kid, reason },
    });
    await this.events.record(tx, realm, {
      type: 'signing_key.rotated',
      subject: next.kid,
      data: { previousKid: active.kid, reason },
      ip: origin.ip,
    });
    return { retiredKid: active.kid, activeKid: next.kid, nextKid: fresh.kid };
  }
}

function isOlder(active: SigningKey | undefined, since: Date): boolean {
  return active?.activatedAt !== undefined && active.activatedAt < since;
}

/** Makes a new key storable, and wipes it. */
export function sealSigningKey(
  boxes: SecretBox,
  realm: RealmKey,
  { kid, publicJwk, pkcs8 }: NewSigningKey,
  status: 'next' | 'active',
): InsertedSigningKey {
  try {
    const privateBox = boxes.seal(pkcs8, signingKeyContext(realm, kid));
    return { kid, publicJwk, privateBox, status };
  } finally {
    pkcs8.fill(0);
  }
}
