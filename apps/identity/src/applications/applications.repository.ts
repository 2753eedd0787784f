import { Injectable } from '@nestjs/common';
import { type ApplicationType, type GrantType } from '@nomo/oauth-engine';
import { type Tx } from '../database/database.js';
import {
  type Application as Row,
  type ApplicationSecret as SecretRow,
  Prisma,
} from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import {
  type Application,
  type ApplicationSecret,
  type ApplicationSettings,
  type AuthMethod,
} from './application.js';

export interface NewApplication extends ApplicationSettings {
  readonly clientId: string;
  readonly type: ApplicationType;
  readonly tokenEndpointAuthMethod: AuthMethod;
}

export interface NewApplicationSecret {
  readonly id: string;
  readonly digest: Uint8Array;
  readonly hint: string;
}

@Injectable()
export class ApplicationsRepository {
  async insert(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { clientId, type, tokenEndpointAuthMethod, ...settings }: NewApplication,
  ): Promise<Application> {
    const row = await tx.application.create({
      data: {
        orgId,
        mode,
        id: clientId,
        type,
        tokenEndpointAuthMethod,
        ...columns(settings),
        name: settings.name,
      },
    });
    return toApplication(row);
  }

  async find(
    tx: Tx,
    { orgId, mode }: RealmKey,
    clientId: string,
  ): Promise<Application | undefined> {
    const row = await tx.application.findUnique({
      where: { orgId_id: { orgId, id: clientId }, mode },
    });
    return row === null ? undefined : toApplication(row);
  }

  async findByName(
    tx: Tx,
    { orgId, mode }: RealmKey,
    name: string,
  ): Promise<Application | undefined> {
    const row = await tx.application.findFirst({ where: { orgId, mode, name } });
    return row === null ? undefined : toApplication(row);
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    position: Position | undefined,
    most: number,
  ): Promise<Application[]> {
    const rows = await tx.application.findMany({
      where: { orgId, mode, ...after('createdAt', position) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toApplication);
  }

  /** @returns undefined where there is no such application */
  async update(
    tx: Tx,
    { orgId, mode }: RealmKey,
    clientId: string,
    change: Partial<ApplicationSettings>,
  ): Promise<Application | undefined> {
    const [row] = await tx.application.updateManyAndReturn({
      where: { orgId, mode, id: clientId },
      data: { ...columns(change), updatedAt: new Date() },
    });
    return row === undefined ? undefined : toApplication(row);
  }

  /** Says whether this call changed something. */
  async setDisabled(
    tx: Tx,
    { orgId, mode }: RealmKey,
    clientId: string,
    disabled: boolean,
  ): Promise<boolean> {
    const { count } = await tx.application.updateMany({
      where: { orgId, mode, id: clientId, disabledAt: disabled ? null : { not: null } },
      data: { disabledAt: disabled ? new Date() : null, updatedAt: new Date() },
    });
    return count === 1;
  }

  async insertSecret(
    tx: Tx,
    orgId: string,
    clientId: string,
    { id, digest, hint }: NewApplicationSecret,
  ): Promise<ApplicationSecret> {
    const row = await tx.applicationSecret.create({
      data: { orgId, id, applicationId: clientId, digest: Uint8Array.from(digest), hint },
    });
    return toSecret(row);
  }

  /** The secrets that are good at a moment, with their digests, newest first. */
  async findSecrets(
    tx: Tx,
    orgId: string,
    clientId: string,
    now: Date,
  ): Promise<(ApplicationSecret & { readonly digest: Uint8Array })[]> {
    const rows = await tx.applicationSecret.findMany({
      where: {
        orgId,
        applicationId: clientId,
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    return rows.map((row) => ({ ...toSecret(row), digest: row.digest }));
  }

  /** Removes what has expired, and lets what is good now expire by a moment. */
  async expireSecrets(
    tx: Tx,
    orgId: string,
    clientId: string,
    times: { readonly now: Date; readonly by: Date },
  ): Promise<void> {
    const of = { orgId, applicationId: clientId };
    await tx.applicationSecret.deleteMany({ where: { ...of, expiresAt: { lte: times.now } } });
    await tx.applicationSecret.updateMany({
      where: { ...of, OR: [{ expiresAt: null }, { expiresAt: { gt: times.by } }] },
      data: { expiresAt: times.by },
    });
  }
}

/** The settings as columns; the lists copied, for Prisma wants to be able to change them. */
function columns(settings: Partial<ApplicationSettings>): Partial<Columns> {
  const { jwks, ...rest } = settings;
  const lists = Object.entries(rest).filter(([, value]) => Array.isArray(value));
  return {
    ...rest,
    ...Object.fromEntries(lists.map(([name, list]) => [name, [...(list as string[])]])),
    ...(jwks !== undefined && { jwks: jwks === null ? Prisma.DbNull : (jwks as object) }),
  } as Partial<Columns>;
}

type Columns = Omit<
  { -readonly [Name in keyof ApplicationSettings]: Mutable<ApplicationSettings[Name]> },
  'jwks'
> & { jwks: Prisma.NullableJsonNullValueInput | Prisma.InputJsonValue };

type Mutable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value;

function toApplication(row: Row): Application {
  return {
    clientId: row.id,
    type: row.type as ApplicationType,
    name: row.name,
    logoUrl: row.logoUrl,
    redirectUris: row.redirectUris,
    postLogoutRedirectUris: row.postLogoutRedirectUris,
    backchannelLogoutUri: row.backchannelLogoutUri,
    tokenEndpointAuthMethod: row.tokenEndpointAuthMethod as AuthMethod,
    jwks: row.jwks as ApplicationSettings['jwks'],
    jwksUri: row.jwksUri,
    grantTypes: row.grantTypes as GrantType[],
    scopes: row.scopes,
    resources: row.resources,
    defaultResource: row.defaultResource,
    firstParty: row.firstParty,
    refreshLeeway: row.refreshLeeway,
    dpopBound: row.dpopBound,
    parRequired: row.parRequired,
    mayIntrospect: row.mayIntrospect,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    disabledAt: row.disabledAt ?? undefined,
  };
}

function toSecret(row: SecretRow): ApplicationSecret {
  return {
    id: row.id,
    hint: row.hint,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
  };
}
