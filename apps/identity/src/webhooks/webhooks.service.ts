import { Inject, Injectable } from '@nestjs/common';
import { generateToken, Secret } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { CONFIG, Problem } from '@nomo/service-kit';
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Config } from '../config.js';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import {
  type WebhookEndpoint,
  type WebhookSettings,
  WebhooksRepository,
} from './webhooks.repository.js';

export interface CreatedEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** `whsec_…`: what receivers check signatures with. Show it once. */
  readonly secret: Secret<string>;
}

@Injectable()
export class WebhooksService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly webhooks: WebhooksRepository,
    private readonly boxes: SecretBox,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws {Problem} 400 for an address that would never be called */
  async create(
    tx: Tx,
    realm: RealmKey,
    { url, types }: WebhookSettings,
    origin: Origin,
  ): Promise<CreatedEndpoint> {
    this.refuseUncalled(url);
    const id = uuidv7();
    const secret = generateWebhookSecret();
    const secretBox = this.boxes.seal(
      Buffer.from(secret.reveal()),
      webhookSecretContext(realm, id),
    );
    const endpoint = await this.webhooks.insertEndpoint(tx, realm, {
      id,
      url,
      types,
      secretBox,
    });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.created',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode },
    });
    return { endpoint, secret };
  }

  /**
   * Changes an endpoint. Nothing is written where nothing would be another.
   *
   * @returns undefined where there is no such endpoint
   * @throws {Problem} 400 for an address that would never be called
   */
  async update(
    tx: Tx,
    realm: RealmKey,
    id: string,
    change: Partial<WebhookSettings>,
    origin: Origin,
  ): Promise<WebhookEndpoint | undefined> {
    if (change.url !== undefined) this.refuseUncalled(change.url);
    const before = await this.webhooks.lockEndpoint(tx, realm, id);
    if (before === undefined) return undefined;
    const names = Object.keys(change) as (keyof WebhookSettings)[];
    const fields = names.filter((name) => !isDeepStrictEqual(change[name], before[name]));
    if (fields.length === 0) return before;
    const endpoint = await this.webhooks.updateEndpoint(tx, realm, id, change);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.updated',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode, fields },
    });
    return endpoint;
  }

  /** Has nothing sent to an endpoint. Nothing happens where it is disabled already. */
  async disable(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<void> {
    if (!(await this.webhooks.setDisabled(tx, realm, id, true))) return;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.disabled',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode },
    });
  }

  /** Has events sent to an endpoint again: those from now on. */
  async enable(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<void> {
    if (!(await this.webhooks.setDisabled(tx, realm, id, false))) return;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.enabled',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode },
    });
  }

  /** Says whether there was one. */
  async delete(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<boolean> {
    if (!(await this.webhooks.deleteEndpoint(tx, realm, id))) return false;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.deleted',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode },
    });
    return true;
  }

  private refuseUncalled(url: string): void {
    if (this.config.PRIVATE_NETWORK_CALLS === 'allow' || url.startsWith('https:')) return;
    const message = 'This has to be https.';
    throw Problem.invalidRequest(`url: ${message}`, [{ path: 'url', message }]);
  }
}

/** Where an endpoint's secret belongs: in another row its box does not open. */
export function webhookSecretContext(
  { orgId, mode }: RealmKey,
  id: string,
): Readonly<Record<string, string>> {
  return { table: 'webhook_endpoints', org: orgId, mode, id };
}

/** As Standard Webhooks writes it: the prefix, and 32 bytes in base64. */
function generateWebhookSecret(): Secret<string> {
  const bytes = Buffer.from(generateToken().reveal(), 'base64url');
  return new Secret(`whsec_${bytes.toString('base64')}`);
}
