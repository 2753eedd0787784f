import { Injectable } from '@nestjs/common';
import { afterCommit } from '@nomo/tenancy';
import { type Tx } from '../database/database.js';
import { type RealmKey } from './realm.js';

/** What has changed, for those who keep it in memory. */
export type RealmChange = { readonly application: string } | { readonly resourceServers: true };

type Listener = (realm: RealmKey, change: RealmChange) => void;

/**
 * Tells caches of this process what was changed in it, once that is committed. Other processes
 * find out by the age of what they keep.
 */
@Injectable()
export class RealmChanges {
  private readonly listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  announce(tx: Tx, realm: RealmKey, change: RealmChange): void {
    afterCommit(tx, () => {
      for (const listener of this.listeners) listener(realm, change);
    });
  }
}
