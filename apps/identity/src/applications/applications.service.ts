import { Injectable } from '@nestjs/common';
import { type Secret } from '@nomo/security-core';
import { type InvalidField, Problem } from '@nomo/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { GrantsService } from '../grants/grants.service.js';
import { type Realm, type RealmKey } from '../realms/realm.js';
import { RealmChanges } from '../realms/realm-changes.js';
import { ResourceServersService } from '../resource-servers/resource-servers.service.js';
import { resourcesOfRealm } from '../resource-servers/resources-of-realm.js';
import { SecurityEventsRecorder } from '../security-events/security-events.recorder.js';
import {
  type Application,
  type ApplicationSecret,
  type ApplicationSettings,
  usesSecret,
} from './application.js';
import { applicationFaults } from './application-rules.js';
import { ApplicationsRepository, type NewApplication } from './applications.repository.js';
import { generateClientId, generateClientSecret } from './client-credentials.js';
import { resourceFaults, scopeFaults } from './scope-rules.js';

export interface CreatedApplication {
  readonly application: Application;
  /** Only where it authenticates with one; shown once. */
  readonly secret: Secret<string> | undefined;
}

export interface RotatedSecret {
  readonly secret: Secret<string>;
  readonly stored: ApplicationSecret;
}

/** What the rules of an application have to know of its realm. */
type ApplicationsRealm = RealmKey & Pick<Realm, 'managementAudience'>;

@Injectable()
export class ApplicationsService {
  constructor(
    private readonly applications: ApplicationsRepository,
    private readonly grants: GrantsService,
    private readonly resourceServers: ResourceServersService,
    private readonly events: SecurityEventsRecorder,
    private readonly audit: AuditTrail,
    private readonly changes: RealmChanges,
  ) {}

  /** @throws {Problem} 400, naming what is wrong with the settings taken together */
  async create(
    tx: Tx,
    realm: ApplicationsRealm,
    input: Omit<NewApplication, 'clientId'>,
    origin: Origin,
  ): Promise<CreatedApplication> {
    refuse(applicationFaults(input));
    refuse(await this.accessFaults(tx, realm, input, input.resources));
    const clientId = generateClientId(realm.mode);
    const application = await this.applications.insert(tx, realm, { ...input, clientId });
    this.changes.announce(tx, realm, { application: clientId });
    const { type, name } = application;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'application.created',
      target: { type: 'application', id: clientId },
      details: { mode: realm.mode, type, name },
    });
    if (!usesSecret(application.tokenEndpointAuthMethod)) {
      return { application, secret: undefined };
    }
    const { secret, digest, hint } = generateClientSecret();
    const id = uuidv7();
    await this.applications.insertSecret(tx, realm.orgId, clientId, { id, digest, hint });
    return { application, secret };
  }

  find(tx: Tx, realm: RealmKey, clientId: string): Promise<Application | undefined> {
    return this.applications.find(tx, realm, clientId);
  }

  /** The secrets that are good now, with their digests. */
  secretsOf(
    tx: Tx,
    realm: RealmKey,
    clientId: string,
    now = new Date(),
  ): Promise<(ApplicationSecret & { readonly digest: Uint8Array })[]> {
    return this.applications.findSecrets(tx, realm.orgId, clientId, now);
  }

  /** @returns undefined where there is no such application @throws {Problem} 400 */
  async update(
    tx: Tx,
    realm: ApplicationsRealm,
    clientId: string,
    change: Partial<ApplicationSettings>,
    origin: Origin,
  ): Promise<Application | undefined> {
    const application = await this.applications.update(tx, realm, clientId, change);
    if (application === undefined) return undefined;
    refuse(applicationFaults(application));
    // What the organization did to its APIs since keeps nobody from changing a name.
    if ([change.scopes, change.resources, change.grantTypes].some((one) => one !== undefined))
      refuse(await this.accessFaults(tx, realm, application, change.resources ?? []));
    this.changes.announce(tx, realm, { application: clientId });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'application.updated',
      target: { type: 'application', id: clientId },
      details: { mode: realm.mode, fields: Object.keys(change) },
    });
    return application;
  }

  /** Shuts an application out, and kills what it was granted. Nothing happens where it is out already. */
  async disable(tx: Tx, realm: RealmKey, clientId: string, origin: Origin): Promise<void> {
    if (!(await this.applications.setDisabled(tx, realm, clientId, true))) return;
    this.changes.announce(tx, realm, { application: clientId });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'application.disabled',
      target: { type: 'application', id: clientId },
      details: { mode: realm.mode },
    });
    const of = { applicationId: clientId };
    await this.grants.revokeAll(tx, realm, of, 'revoked_by_operator', origin);
  }

  /** Lets an application in again. Its users have to sign in anew. */
  async enable(tx: Tx, realm: RealmKey, clientId: string, origin: Origin): Promise<void> {
    if (!(await this.applications.setDisabled(tx, realm, clientId, false))) return;
    this.changes.announce(tx, realm, { application: clientId });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'application.enabled',
      target: { type: 'application', id: clientId },
      details: { mode: realm.mode },
    });
  }

  /**
   * Gives an application a new secret. What it had goes on working for a while, so that it can
   * be exchanged wherever it is.
   *
   * @param graceSeconds 0 ends the old ones at once
   * @returns undefined where there is no such application @throws {Problem} 409 where it has no secret
   */
  async rotateSecret(
    tx: Tx,
    realm: RealmKey,
    clientId: string,
    graceSeconds: number,
    origin: Origin,
  ): Promise<RotatedSecret | undefined> {
    const application = await this.applications.find(tx, realm, clientId);
    if (application === undefined) return undefined;
    if (!usesSecret(application.tokenEndpointAuthMethod)) {
      throw new Problem({
        status: 409,
        code: 'no_secret',
        detail: 'This application does not authenticate with a secret.',
      });
    }
    const now = new Date();
    const by = new Date(now.getTime() + graceSeconds * 1_000);
    await this.applications.expireSecrets(tx, realm.orgId, clientId, { now, by });
    const { secret, digest, hint } = generateClientSecret();
    const stored = await this.applications.insertSecret(tx, realm.orgId, clientId, {
      id: uuidv7(),
      digest,
      hint,
    });
    this.changes.announce(tx, realm, { application: clientId });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'application.secret_rotated',
      target: { type: 'application', id: clientId },
      details: { mode: realm.mode, secretId: stored.id, graceSeconds },
    });
    await this.events.record(tx, realm, {
      type: 'application.secret_rotated',
      subject: clientId,
      ip: origin.ip,
    });
    return { secret, stored };
  }

  /** @param named the resources that the caller has named: of those it had before one may be gone */
  private async accessFaults(
    tx: Tx,
    realm: ApplicationsRealm,
    application: Pick<ApplicationSettings, 'scopes' | 'resources' | 'grantTypes'>,
    named: readonly string[],
  ): Promise<InvalidField[]> {
    const own = await this.resourceServers.all(tx, realm);
    const known = resourcesOfRealm(realm, own);
    const { managementAudience } = realm;
    return [
      ...resourceFaults(named, known),
      ...scopeFaults(application, { known, managementAudience }),
    ];
  }
}

function refuse(faults: readonly InvalidField[]): void {
  const [first] = faults;
  if (first === undefined) return;
  throw Problem.invalidRequest(`${first.path}: ${first.message}`, faults);
}
