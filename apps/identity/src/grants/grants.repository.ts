import { Injectable } from '@nestjs/common';
import { type RevocationReason } from '@nomo/oauth-engine';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';

/** Whose grants are meant. */
export type GrantsOf =
  | { readonly userId: string; readonly applicationId?: string }
  | { readonly applicationId: string }
  | { readonly sessionId: string };

export interface RevokedGrant {
  readonly grantId: string;
  readonly clientId: string;
}

@Injectable()
export class GrantsRepository {
  /** Kills all living grants of somebody, and with them every refresh token of theirs. */
  async revokeAll(
    tx: Tx,
    { orgId, mode }: RealmKey,
    of: GrantsOf,
    reason: RevocationReason,
  ): Promise<RevokedGrant[]> {
    const rows = await tx.grant.updateManyAndReturn({
      where: { orgId, mode, ...of, revokedAt: null },
      data: { revokedAt: new Date(), revokedReason: reason },
      select: { id: true, applicationId: true },
    });
    return rows.map(({ id, applicationId }) => ({ grantId: id, clientId: applicationId }));
  }
}
