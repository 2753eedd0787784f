import { Inject, Injectable } from '@nestjs/common';
import { generateToken, mostWebhookSignatures, Secret } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { CONFIG, Problem } from '@nomo/service-kit';
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Config } from '../config.js';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import { WebhookSecretsRepository } from './webhook-secrets.repository.js';
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

export interface RotatedWebhookSecret {
  /** Show it once. */
  readonly secret: Secret<string>;
  /** When the old ones end. */
  readonly graceEndsAt: Date;
}

@Injectable()
export class WebhooksService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecretsRepository,
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
    const { secret, secretBox } = this.generateSecret(realm, id);
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
    const fields = names.filter((name) => !isSame(change[name], before[name]));
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

  /**
   * Gives an endpoint a new secret. Deliveries are signed with what it had, too, for a while, so
   * that receivers can exchange it.
   *
   * @param graceSeconds 0 ends the old ones at once
   * @returns undefined where there is no such endpoint
   * @throws {Problem} 409 where it would be more secrets than receivers take
   */
  async rotateSecret(
    tx: Tx,
    realm: RealmKey,
    id: string,
    graceSeconds: number,
    origin: Origin,
  ): Promise<RotatedWebhookSecret | undefined> {
    // Of two at once the later one retires what the earlier one has made.
    if ((await this.webhooks.lockEndpoint(tx, realm, id)) === undefined) return undefined;
    const now = new Date();
    const graceEndsAt = new Date(now.getTime() + graceSeconds * 1_000);
    const retiring = await this.secrets.expire(tx, realm.orgId, id, { now, by: graceEndsAt });
    if (graceSeconds > 0) {
      // The one that retires now and the new one come to them.
      if (retiring + 2 > mostWebhookSignatures) throw tooManySecrets();
      await this.secrets.retire(tx, realm.orgId, id, graceEndsAt);
    }
    const { secret, secretBox } = this.generateSecret(realm, id);
    await this.secrets.replace(tx, realm.orgId, id, secretBox);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'webhook_endpoint.secret_rotated',
      target: { type: 'webhook_endpoint', id },
      details: { mode: realm.mode, graceSeconds },
    });
    return { secret, graceEndsAt };
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

  /** A new secret of an endpoint, as it is shown and as it is kept. */
  private generateSecret(
    realm: RealmKey,
    id: string,
  ): { readonly secret: Secret<string>; readonly secretBox: Uint8Array } {
    const secret = generateWebhookSecret();
    const context = webhookSecretContext(realm, id);
    return { secret, secretBox: this.boxes.seal(Buffer.from(secret.reveal()), context) };
  }

  private refuseUncalled(url: string): void {
    if (this.config.PRIVATE_NETWORK_CALLS === 'allow' || url.startsWith('https:')) return;
    const message = 'This has to be https.';
    throw Problem.invalidRequest(`url: ${message}`, [{ path: 'url', message }]);
  }
}

/** In a list the order says nothing. */
function isSame(one: unknown, other: unknown): boolean {
  const [before, after] = [one, other].map((value) =>
    Array.isArray(value) ? new Set(value) : value,
  );
  return isDeepStrictEqual(before, after);
}

function tooManySecrets(): Problem {
  return new Problem({
    status: 409,
    code: 'too_many_secrets',
    detail: `Deliveries are signed with ${mostWebhookSignatures} secrets already. Wait until one has ended, or end the old ones with graceSeconds 0.`,
  });
}

/** Where an endpoint's secrets belong: another endpoint's do not open in their place. */
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
