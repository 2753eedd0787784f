import { Injectable } from '@nestjs/common';
import { System, type Tx } from '../database/database.js';
import { type Organization as Row, Prisma } from '../generated/prisma/client.js';
import { type Branding, type Mode, type RealmSettings } from '../realms/realm.js';

/** What an organization may change about itself. */
export type OrganizationChange = Partial<
  { readonly name: string } & Omit<Branding, 'logoUrl'> &
    RealmSettings & { readonly logoUrl: string | null }
>;

/** Another organization has this name in its path. */
export class SlugTaken extends Error {
  readonly code = 'slug_taken';
}

export interface ListedOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: Date;
}

const UNIQUE_VIOLATION = 'P2002';

@Injectable()
export class OrganizationsRepository {
  /** @throws what Prisma throws when there is no such organization */
  get(tx: Tx, orgId: string): Promise<Row> {
    return tx.organization.findUniqueOrThrow({ where: { id: orgId } });
  }

  /** The same, and nobody else changes it until the transaction is over. */
  async lock(tx: Tx, orgId: string): Promise<Row> {
    await tx.$queryRaw`SELECT id FROM organizations WHERE id = ${orgId}::uuid FOR UPDATE`;
    return this.get(tx, orgId);
  }

  /** @throws what Prisma throws when there is no such organization */
  update(tx: Tx, orgId: string, change: OrganizationChange): Promise<Row> {
    return tx.organization.update({ where: { id: orgId }, data: change });
  }
}

/** What only the operator does: making organizations. */
@Injectable()
export class OperatedOrganizationsRepository {
  constructor(private readonly system: System) {}

  /**
   * Stores an organization, both its names, and whatever `also` adds to it, in one transaction.
   *
   * @throws {SlugTaken}
   */
  async create(
    organization: { readonly id: string; readonly name: string },
    slugs: Readonly<Record<Mode, string>>,
    also: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const { id, name } = organization;
    try {
      await this.system.asSystem('create an organization', async (tx) => {
        await tx.organization.create({ data: { id, name } });
        await tx.organizationDirectory.createMany({
          data: (['live', 'test'] as const).map((mode) => ({
            slug: slugs[mode],
            orgId: id,
            mode,
          })),
        });
        await also(tx);
      });
    } catch (error) {
      if (
        error instanceof Prisma.PrismaClientKnownRequestError &&
        error.code === UNIQUE_VIOLATION
      ) {
        throw new SlugTaken();
      }
      throw error;
    }
  }

  /** All organizations, by name. */
  async list(): Promise<ListedOrganization[]> {
    const entries = await this.system.asSystem('list organizations', (tx) =>
      tx.organizationDirectory.findMany({
        where: { mode: 'live' },
        include: { organization: true },
        orderBy: { slug: 'asc' },
      }),
    );
    return entries.map(({ slug, organization: { id, name, createdAt } }) => ({
      id,
      slug,
      name,
      createdAt,
    }));
  }
}
