import { Injectable } from '@nestjs/common';
import { type Tx } from '../database/database.js';
import { type Asks, firstRow } from '../database/pipelines.js';
import { Prisma, type User as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import { type User } from './user.js';

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly passwordHash: string | undefined;
}

export interface UserChange {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string | null;
}

/** Somebody of this realm has this address already. */
export class EmailTaken extends Error {
  readonly code = 'email_taken';
}

const UNIQUE_VIOLATION = 'P2002';

const FIND_TO_SIGN_IN = `
SELECT org_id AS "orgId", id, mode, email, email_verified AS "emailVerified", name, status,
  password_hash AS "passwordHash", password_changed_at AS "passwordChangedAt",
  created_at AS "createdAt", updated_at AS "updatedAt", last_sign_in_at AS "lastSignInAt"
FROM users WHERE org_id = $1::uuid AND mode = $2 AND email = $3`;

@Injectable()
export class UsersRepository {
  /** @throws {EmailTaken} */
  async insert(tx: Tx, { orgId, mode }: RealmKey, user: NewUser): Promise<User> {
    const { passwordHash, name, ...rest } = user;
    return toUser(
      await orEmailTaken(() =>
        tx.user.create({
          data: {
            ...rest,
            orgId,
            mode,
            name: name ?? null,
            passwordHash: passwordHash ?? null,
            passwordChangedAt: passwordHash === undefined ? null : new Date(),
          },
        }),
      ),
    );
  }

  async find(tx: Tx, { orgId, mode }: RealmKey, id: string): Promise<User | undefined> {
    const row = await tx.user.findUnique({ where: { orgId_id: { orgId, id }, mode } });
    return row === null ? undefined : toUser(row);
  }

  async findByEmail(
    tx: Tx,
    { orgId, mode }: RealmKey,
    email: string,
  ): Promise<User | undefined> {
    const row = await tx.user.findUnique({
      where: { orgId_mode_email: { orgId, mode, email } },
    });
    return row === null ? undefined : toUser(row);
  }

  /** With the hash of the password, for signing in. */
  async findToSignIn(
    asks: Asks,
    { orgId, mode }: RealmKey,
    email: string,
  ): Promise<{ user: User; passwordHash: string | undefined } | undefined> {
    const row = await firstRow<Row>(asks, FIND_TO_SIGN_IN, [orgId, mode, email]);
    if (row === undefined) return undefined;
    return { user: toUser(row), passwordHash: row.passwordHash ?? undefined };
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly email: string | undefined;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<User[]> {
    const { email, position, most } = options;
    const rows = await tx.user.findMany({
      where: {
        orgId,
        mode,
        ...(email !== undefined && { email }),
        ...after('createdAt', position),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toUser);
  }

  /** @returns undefined where there is no such user @throws {EmailTaken} */
  async update(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    change: UserChange,
  ): Promise<User | undefined> {
    const [row] = await orEmailTaken(() =>
      tx.user.updateManyAndReturn({
        where: { orgId, mode, id },
        data: { ...change, updatedAt: new Date() },
      }),
    );
    return row === undefined ? undefined : toUser(row);
  }

  /** Says whether this call changed something. */
  async setStatus(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    status: User['status'],
  ): Promise<boolean> {
    const { count } = await tx.user.updateMany({
      where: { orgId, mode, id, status: { not: status } },
      data: { status, updatedAt: new Date() },
    });
    return count === 1;
  }

  /** Says whether there is such a user. */
  async setPassword(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    passwordHash: string,
  ): Promise<boolean> {
    const { count } = await tx.user.updateMany({
      where: { orgId, mode, id },
      data: { passwordHash, passwordChangedAt: new Date(), updatedAt: new Date() },
    });
    return count === 1;
  }

  /** Puts another hash of the same password in place of one, unless it was changed meanwhile. */
  async replaceHash(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    hashes: { readonly old: string; readonly fresh: string },
  ): Promise<boolean> {
    const { count } = await tx.user.updateMany({
      where: { orgId, mode, id, passwordHash: hashes.old },
      data: { passwordHash: hashes.fresh },
    });
    return count === 1;
  }
}

async function orEmailTaken<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof Prisma.PrismaClientKnownRequestError &&
      error.code === UNIQUE_VIOLATION
    ) {
      throw new EmailTaken();
    }
    throw error;
  }
}

function toUser(row: Row): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.emailVerified,
    name: row.name ?? undefined,
    status: row.status === 'deactivated' ? 'deactivated' : 'active',
    hasPassword: row.passwordHash !== null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastSignInAt: row.lastSignInAt ?? undefined,
  };
}
