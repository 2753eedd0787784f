import { Injectable } from '@nestjs/common';
import { type ReplayRegister } from '@nomo/oauth-engine';
import { sha256Digest } from '@nomo/security-core';
import { Tenants } from '../../database/database.js';
import { type RealmKey } from '../../realms/realm.js';

/**
 * The identifiers of DPoP proofs and client assertions that were used. In PostgreSQL, where what
 * was committed stays: a Redis that lost its memory would let each be used again.
 */
@Injectable()
export class SeenIdentifiers {
  constructor(private readonly tenants: Tenants) {}

  of({ orgId, mode }: RealmKey): ReplayRegister {
    return {
      remember: async ({ kind, scope, jti, expiresAt }) => {
        const digest = sha256Digest(JSON.stringify([mode, kind, scope, jti]));
        const count = await this.tenants.withTenant(
          orgId,
          (tx) => tx.$executeRaw`
            INSERT INTO seen_jtis (org_id, digest, expires_at)
            VALUES (${orgId}::uuid, ${digest}, ${expiresAt}) ON CONFLICT DO NOTHING`,
        );
        return count === 1;
      },
    };
  }
}
