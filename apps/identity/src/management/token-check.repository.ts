import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Tenants } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';

/** What a token says of itself, once its signature is checked. */
export interface CheckedClaims {
  readonly clientId: string;
  /** A user's id, or the client id where an application acts for itself. */
  readonly subject: string;
  readonly jti: string;
  /** The grant that the token descends from; none where an application acts for itself. */
  readonly grantId: string | undefined;
}

@Injectable()
export class TokenCheckRepository {
  constructor(private readonly tenants: Tenants) {}

  /** Whether what stands behind a token is still there: its application, its grant, its user, itself. */
  async isAlive(
    { orgId, mode }: RealmKey,
    { clientId, subject, jti, grantId }: CheckedClaims,
  ): Promise<boolean> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const application = await tx.application.findUnique({
        where: { orgId_id: { orgId, id: clientId }, mode, disabledAt: null },
        select: { id: true },
      });
      if (application === null) return false;
      const revoked = await tx.revokedAccessToken.findUnique({
        where: { orgId_jti: { orgId, jti } },
        select: { jti: true },
      });
      if (revoked !== null) return false;
      if (subject === clientId) return true;
      if (!isUuid(subject)) return false;
      if (grantId !== undefined) {
        const grant = await tx.grant.findUnique({
          where: { orgId_id: { orgId, id: grantId }, mode, revokedAt: null },
          select: { id: true },
        });
        if (grant === null) return false;
      }
      const user = await tx.user.findUnique({
        where: { orgId_id: { orgId, id: subject }, mode, status: 'active' },
        select: { id: true },
      });
      return user !== null;
    });
  }
}
