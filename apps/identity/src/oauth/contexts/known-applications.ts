import { Injectable } from '@nestjs/common';
import { type Application } from '@nomo/oauth-engine';
import { CLIENT_ID } from '../../applications/client-credentials.js';
import { Pipelines } from '../../database/pipelines.js';
import { ExpiringCache } from '../../realms/expiring-cache.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { RealmChanges } from '../../realms/realm-changes.js';
import { findApplicationRow } from '../store/read-statements.js';
import { applicationOf, type ApplicationRow } from '../store/rows.js';

/**
 * How old an application may be in a process that did not change it itself. A refusal that an
 * old one led to is looked at again (`askAgain`), so a new secret or address works at once.
 */
const TTL_MS = 2_000;
/** About 2 KB each. */
const MOST = 10_000;

/** An application, and whether it was remembered. */
export interface KnownApplication {
  readonly application: Application | undefined;
  readonly fromMemory: boolean;
}

/** Applications that were used a moment ago. */
@Injectable()
export class KnownApplications {
  private readonly cache = new ExpiringCache<ApplicationRow | undefined>({
    ttlMs: TTL_MS,
    most: MOST,
  });

  constructor(
    private readonly pipelines: Pipelines,
    changes: RealmChanges,
  ) {
    changes.listen((realm, change) => {
      if ('application' in change) this.forget(realm, change.application);
    });
  }

  /** An application that may be used, at most two seconds old. */
  async find(realm: Realm, clientId: string): Promise<KnownApplication> {
    // What was never drawn is not worth a question, and not a place in memory.
    if (!CLIENT_ID.test(clientId)) return { application: undefined, fromMemory: false };
    let fromMemory = true;
    const row = await this.cache.get(nameOf(realm, clientId), () => {
      fromMemory = false;
      return findApplicationRow(this.pipelines.of(realm.orgId), realm, clientId);
    });
    return { application: row && applicationOf(row, realm, new Date()), fromMemory };
  }

  forget(realm: RealmKey, clientId: string): void {
    this.cache.delete(nameOf(realm, clientId));
  }
}

function nameOf({ orgId, mode }: RealmKey, clientId: string): string {
  return `${orgId}:${mode}:${clientId}`;
}
