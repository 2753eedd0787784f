import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { Pipelines } from '../database/pipelines.js';
import { type Realm, type RealmKey } from '../realms/realm.js';
import { RealmChanges } from '../realms/realm-changes.js';
import {
  IdentifierTaken,
  type NewResourceServer,
  type ResourceServer,
  ResourceServersRepository,
} from './resource-servers.repository.js';

/** The APIs that tokens can be made for, besides the management API itself. */
@Injectable()
export class ResourceServersService {
  constructor(
    private readonly servers: ResourceServersRepository,
    private readonly pipelines: Pipelines,
    private readonly audit: AuditTrail,
    private readonly changes: RealmChanges,
  ) {}

  all(tx: Tx, realm: RealmKey): Promise<ResourceServer[]> {
    return this.servers.all(tx, realm);
  }

  /** What tokens of the realm are made for, as it is now. */
  audiences(
    realm: RealmKey,
  ): Promise<readonly Pick<ResourceServer, 'identifier' | 'scopes'>[]> {
    return this.servers.audiences(this.pipelines.of(realm.orgId), realm);
  }

  /** @throws {IdentifierTaken} by another, or by the realm itself */
  async create(
    tx: Tx,
    realm: RealmKey & Pick<Realm, 'issuer' | 'managementAudience'>,
    input: NewResourceServer,
    origin: Origin,
  ): Promise<ResourceServer> {
    const { issuer, managementAudience } = realm;
    if ([issuer, managementAudience].includes(input.identifier)) throw new IdentifierTaken();
    const server = await this.servers.insert(tx, realm, input);
    this.changes.announce(tx, realm, { resourceServers: true });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'resource_server.created',
      target: { type: 'resource_server', id: server.id },
      details: { mode: realm.mode, identifier: server.identifier },
    });
    return server;
  }

  /** @returns undefined where there is no such resource server */
  async update(
    tx: Tx,
    realm: RealmKey,
    id: string,
    change: Partial<Pick<ResourceServer, 'name' | 'scopes'>>,
    origin: Origin,
  ): Promise<ResourceServer | undefined> {
    const server = await this.servers.update(tx, realm, id, change);
    if (server === undefined) return undefined;
    this.changes.announce(tx, realm, { resourceServers: true });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'resource_server.updated',
      target: { type: 'resource_server', id },
      details: { mode: realm.mode, fields: Object.keys(change) },
    });
    return server;
  }

  /**
   * Says whether there was one. Tokens for it are made no more; those that were live on. No
   * application may have any for another that is made by its identifier.
   */
  async delete(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<boolean> {
    const applications = await this.servers.delete(tx, realm, id);
    if (applications === undefined) return false;
    this.changes.announce(tx, realm, { resourceServers: true });
    for (const application of applications) {
      this.changes.announce(tx, realm, { application });
      await this.audit.record(tx, realm.orgId, origin, {
        action: 'application.updated',
        target: { type: 'application', id: application },
        details: { mode: realm.mode, fields: ['resources'] },
      });
    }
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'resource_server.deleted',
      target: { type: 'resource_server', id },
      details: { mode: realm.mode },
    });
    return true;
  }
}
