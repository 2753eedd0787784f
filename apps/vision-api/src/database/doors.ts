import { Logger } from '@nestjs/common';
import {
  SystemDatabase,
  TenantDatabase,
  type Transaction as TransactionOf,
} from '@nomo/tenancy';
import { type PrismaClient } from '../generated/prisma/client.js';
import { SYSTEM_REASONS, type SystemReason } from './system-reasons.js';

/** What work inside a door's transaction is handed. */
export type Transaction = TransactionOf<PrismaClient>;

const logger = new Logger('Database');

function onCallbackError(error: unknown): void {
  logger.error(error, 'What was to follow a commit failed');
}

/** A door that leads to one tenant at a time; each role has its own, so none is mixed up. */
abstract class RoleDatabase extends TenantDatabase<PrismaClient> {
  constructor(pool: PrismaClient) {
    super(pool, { onCallbackError });
  }
}

/** Reads users and keys, counts a key's use, adds usage and reads its sums. */
export class VisionDatabase extends RoleDatabase {
  readonly role = 'vision';
}

/** Makes and revokes keys, and customers on first sight. */
export class KeysDatabase extends RoleDatabase {
  readonly role = 'keys';
}

/** Reads users and the sums of their usage. */
export class BillingDatabase extends RoleDatabase {
  readonly role = 'billing';
}

/** Reads and writes users. */
export class WebhookDatabase extends RoleDatabase {
  readonly role = 'webhook';
}

/** Looks after customers and their keys, and reads their audit trail. */
export class AdminDatabase extends RoleDatabase {
  readonly role = 'admin';
}

/** Signs customers in to the console, keeps their sessions, and reads their audit trail. */
export class ConsoleDatabase extends RoleDatabase {
  readonly role = 'console';
}

/** Adds usage and audit events for all tenants: the one door that is not held to a tenant. */
export class WorkerDatabase extends SystemDatabase<PrismaClient, SystemReason> {
  readonly role = 'worker';

  constructor(pool: PrismaClient) {
    super(pool, { reasons: SYSTEM_REASONS, onCallbackError });
  }
}

/** The door of each role. */
export const DOORS = {
  vision: VisionDatabase,
  keys: KeysDatabase,
  billing: BillingDatabase,
  webhook: WebhookDatabase,
  admin: AdminDatabase,
  console: ConsoleDatabase,
  worker: WorkerDatabase,
} as const;
