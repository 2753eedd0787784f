import { Injectable } from '@nestjs/common';
import { type JWK } from 'jose';
import { System, Tenants, type Tx } from '../database/database.js';
import { Pipelines } from '../database/pipelines.js';
import { type SigningKey as Row } from '../generated/prisma/client.js';
import { type RealmKey } from '../realms/realm.js';
import { type SigningKey, type SigningKeyStatus } from './signing-key.js';

/** A published key with its sealed private half. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly status: SigningKeyStatus;
  readonly publicJwk: JWK;
  readonly privateBox: Uint8Array | undefined;
}

export interface InsertedSigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateBox: Uint8Array;
  readonly status: 'next' | 'active';
}

const FIND_PUBLISHED = `
SELECT kid, status, public_jwk AS "publicJwk", private_box AS "privateBox" FROM signing_keys
WHERE org_id = $1::uuid AND mode = $2 AND status <> 'gone'
ORDER BY created_at DESC, kid`;

@Injectable()
export class SigningKeysRepository {
  constructor(
    private readonly tenants: Tenants,
    private readonly pipelines: Pipelines,
  ) {}

  /** The keys that are published: next, active, retiring. */
  async findPublished({ orgId, mode }: RealmKey): Promise<StoredSigningKey[]> {
    const [found] = await this.pipelines.atOnce(orgId, [
      { text: FIND_PUBLISHED, values: [orgId, mode] },
    ]);
    const rows = (found?.rows ?? []) as readonly Pick<
      Row,
      'kid' | 'status' | 'publicJwk' | 'privateBox'
    >[];
    return rows.map((row) => ({
      kid: row.kid,
      status: row.status as SigningKeyStatus,
      publicJwk: row.publicJwk as JWK,
      privateBox: row.privateBox ?? undefined,
    }));
  }

  /** All keys there ever were, newest first. */
  async list({ orgId, mode }: RealmKey): Promise<SigningKey[]> {
    const rows = await this.tenants.withTenant(orgId, (tx) =>
      tx.signingKey.findMany({
        where: { orgId, mode },
        orderBy: [{ createdAt: 'desc' }, { kid: 'asc' }],
        // A year of monthly keys and then some; the older ones are in the audit trail.
        take: 50,
      }),
    );
    return rows.map(toSigningKey);
  }

  async insert(tx: Tx, { orgId, mode }: RealmKey, key: InsertedSigningKey): Promise<void> {
    await tx.signingKey.create({
      data: {
        orgId,
        mode,
        kid: key.kid,
        status: key.status,
        publicJwk: { ...key.publicJwk },
        privateBox: Uint8Array.from(key.privateBox),
        activatedAt: key.status === 'active' ? new Date() : null,
      },
    });
  }

  /** The keys that a rotation moves, locked until it is over. */
  async lockForRotation(tx: Tx, { orgId, mode }: RealmKey): Promise<SigningKey[]> {
    const kids = await tx.$queryRaw<{ kid: string }[]>`
      SELECT kid FROM signing_keys
      WHERE org_id = ${orgId}::uuid AND mode = ${mode} AND status IN ('next', 'active')
      ORDER BY kid FOR UPDATE`;
    // Read again under the lock: the first look may have seen what another rotation moved.
    const rows = await tx.signingKey.findMany({
      where: { orgId, mode, kid: { in: kids.map(({ kid }) => kid) } },
    });
    return rows.map(toSigningKey);
  }

  /** Moves a key on; one that is gone loses its private half in the same statement. */
  async move(
    tx: Tx,
    orgId: string,
    kid: string,
    status: Exclude<SigningKeyStatus, 'next'>,
  ): Promise<void> {
    const now = new Date();
    await tx.signingKey.update({
      where: { orgId_kid: { orgId, kid } },
      data: {
        status,
        ...(status === 'active' && { activatedAt: now }),
        ...(status === 'retiring' && { retiringAt: now }),
        ...(status === 'gone' && { goneAt: now, privateBox: null }),
      },
    });
  }

  /** Removes the private halves of keys that retired before a moment. Returns their kids. */
  async removeRetired(tx: Tx, { orgId, mode }: RealmKey, before: Date): Promise<string[]> {
    const rows = await tx.$queryRaw<{ kid: string }[]>`
      UPDATE signing_keys SET status = 'gone', gone_at = now(), private_box = NULL
      WHERE org_id = ${orgId}::uuid AND mode = ${mode}
        AND status = 'retiring' AND retiring_at < ${before}
      RETURNING kid`;
    return rows.map(({ kid }) => kid);
  }
}

function toSigningKey(row: Row): SigningKey {
  return {
    kid: row.kid,
    status: row.status as SigningKeyStatus,
    createdAt: row.createdAt,
    activatedAt: row.activatedAt ?? undefined,
    retiringAt: row.retiringAt ?? undefined,
    goneAt: row.goneAt ?? undefined,
  };
}

/** A side of an organization whose keys have to be looked at. */
export interface DueRealm extends RealmKey {
  readonly slug: string;
}

@Injectable()
export class DueSigningKeysRepository {
  constructor(private readonly system: System) {}

  /** Where a key has signed for as long as its organization wants, or retired long enough. */
  async find(retiredBefore: Date, most: number): Promise<DueRealm[]> {
    return this.system.asSystem(
      'find signing keys that are due',
      (tx) => tx.$queryRaw<DueRealm[]>`
        SELECT directory.org_id AS "orgId", directory.mode, directory.slug
        FROM organization_directory AS directory
        JOIN organizations ON organizations.id = directory.org_id
        WHERE EXISTS (
          SELECT FROM signing_keys AS key
          WHERE key.org_id = directory.org_id AND key.mode = directory.mode AND (
            (key.status = 'active' AND
              key.activated_at < now() - make_interval(days => organizations.signing_key_days))
            OR (key.status = 'retiring' AND key.retiring_at < ${retiredBefore})
          )
        )
        ORDER BY directory.slug
        LIMIT ${most}`,
    );
  }
}
