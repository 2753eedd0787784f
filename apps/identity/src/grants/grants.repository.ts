import { Injectable } from '@nestjs/common';
import { type RevocationReason } from '@nomo/oauth-engine';
import { type Tx } from '../database/database.js';
import { type Grant as Row } from '../generated/prisma/client.js';
import { type Position } from '../management/pagination.js';
import { type AuthorizationJson } from '../oauth/store/rows.js';
import { type RealmKey } from '../realms/realm.js';

/** Whose grants are meant. */
export type GrantsOf =
  | { readonly id: string }
  | { readonly userId: string; readonly applicationId?: string }
  | { readonly applicationId: string }
  | { readonly sessionId: string };

/** One sign-in of a user at an application, with the tokens that came of it. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface RevokedGrant {
  readonly grantId: string;
  readonly clientId: string;
}

@Injectable()
export class GrantsRepository {
  /** The living ones. Their ids are in the order of their time: UUIDv7. */
  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly userId: string | undefined;
      readonly clientId: string | undefined;
      readonly now: Date;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<Grant[]> {
    const { userId, clientId, now, position, most } = options;
    const rows = await tx.grant.findMany({
      where: {
        orgId,
        mode,
        revokedAt: null,
        expiresAt: { gt: now },
        ...(userId !== undefined && { userId }),
        ...(clientId !== undefined && { applicationId: clientId }),
        ...(position !== undefined && { id: { lt: position.id } }),
      },
      orderBy: { id: 'desc' },
      take: most,
    });
    return rows.map(toGrant);
  }

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

function toGrant(row: Row): Grant {
  const { id, applicationId, userId, sessionId, createdAt, expiresAt } = row;
  const { scope, resources } = row.authorization as unknown as AuthorizationJson;
  return {
    id,
    clientId: applicationId,
    userId,
    sessionId,
    scopes: scope,
    resources,
    createdAt,
    expiresAt,
  };
}
