import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../database/database.js';
import { type Asks, rowsOf } from '../database/pipelines.js';
import { Prisma, type ResourceServer as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';

/** An API that access tokens can be made for (RFC 8707). */
export interface ResourceServer {
  readonly id: string;
  /** The audience of its tokens. */
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
}

export type NewResourceServer = Pick<ResourceServer, 'identifier' | 'name' | 'scopes'>;

/** Another resource server of this realm has this identifier, or the realm itself. */
export class IdentifierTaken extends Error {
  readonly code = 'identifier_taken';
}

const UNIQUE_VIOLATION = 'P2002';

const AUDIENCES = `
SELECT identifier, scopes FROM resource_servers
WHERE org_id = $1::uuid AND mode = $2 ORDER BY identifier`;

@Injectable()
export class ResourceServersRepository {
  /** @throws {IdentifierTaken} */
  async insert(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { identifier, name, scopes }: NewResourceServer,
  ): Promise<ResourceServer> {
    try {
      const row = await tx.resourceServer.create({
        data: { orgId, mode, id: uuidv7(), identifier, name, scopes: [...scopes] },
      });
      return toResourceServer(row);
    } catch (error) {
      if (
        error instanceof Prisma.PrismaClientKnownRequestError &&
        error.code === UNIQUE_VIOLATION
      ) {
        throw new IdentifierTaken();
      }
      throw error;
    }
  }

  /** All of a realm: there are as many as the organization has APIs. */
  async all(tx: Tx, { orgId, mode }: RealmKey): Promise<ResourceServer[]> {
    const rows = await tx.resourceServer.findMany({
      where: { orgId, mode },
      orderBy: { identifier: 'asc' },
    });
    return rows.map(toResourceServer);
  }

  /** What tokens are made for: of all of a realm, no more than that. */
  audiences(
    asks: Asks,
    { orgId, mode }: RealmKey,
  ): Promise<readonly Pick<ResourceServer, 'identifier' | 'scopes'>[]> {
    return rowsOf(asks, AUDIENCES, [orgId, mode]);
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    position: Position | undefined,
    most: number,
  ): Promise<ResourceServer[]> {
    const rows = await tx.resourceServer.findMany({
      where: { orgId, mode, ...after('createdAt', position) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toResourceServer);
  }

  /** @returns undefined where there is no such resource server */
  async update(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    { name, scopes }: Partial<Pick<ResourceServer, 'name' | 'scopes'>>,
  ): Promise<ResourceServer | undefined> {
    const [row] = await tx.resourceServer.updateManyAndReturn({
      where: { orgId, mode, id },
      data: {
        ...(name !== undefined && { name }),
        ...(scopes !== undefined && { scopes: [...scopes] }),
      },
    });
    return row === undefined ? undefined : toResourceServer(row);
  }

  /**
   * Removes one, and takes it from the applications that may have tokens for it: whoever makes
   * another of this identifier decides anew who may.
   *
   * @returns those applications; undefined where there is no such resource server
   */
  async delete(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
  ): Promise<readonly string[] | undefined> {
    const row = await tx.resourceServer.findUnique({
      where: { orgId_id: { orgId, id }, mode },
    });
    if (row === null) return undefined;
    const { identifier } = row;
    const applications = await tx.$queryRaw<{ id: string }[]>`
      UPDATE applications SET resources = array_remove(resources, ${identifier}),
        default_resource = nullif(default_resource, ${identifier}), updated_at = now()
      WHERE org_id = ${orgId}::uuid AND mode = ${mode} AND ${identifier} = ANY(resources)
      RETURNING id`;
    await tx.resourceServer.deleteMany({ where: { orgId, mode, id } });
    return applications.map((application) => application.id);
  }
}

function toResourceServer({ id, identifier, name, scopes, createdAt }: Row): ResourceServer {
  return { id, identifier, name, scopes, createdAt };
}
