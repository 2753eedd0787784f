import { createRedactor } from '@nomo/security-core/redaction';
import type { RedactionOptions } from '@nomo/security-core/redaction';
import { afterCommit, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { InvalidAuditSetup } from './errors.js';
import type { AuditEventContext } from './event.js';
import { admit, type Admission } from './lib/admission.js';
import { isActionName } from './lib/stored-event.js';

/** Each action of an app, with the schema of its details: a `z.strictObject`. */
export type AuditCatalogue = Readonly<Record<string, z.ZodObject>>;

/** They may be left out where nothing has to be in them. */
type DetailsOf<Schema extends z.ZodObject> =
  z.input<Schema> extends Record<string, never>
    ? { readonly details?: z.input<Schema> }
    : object extends z.input<Schema>
      ? { readonly details?: z.input<Schema> }
      : { readonly details: z.input<Schema> };

/** An event of one of the catalogue's actions. */
export type AuditEvent<Catalogue extends AuditCatalogue> = {
  [Action in keyof Catalogue & string]: AuditEventContext & {
    readonly action: Action;
  } & DetailsOf<Catalogue[Action]>;
}[keyof Catalogue & string];

/** What is used of a Prisma transaction. */
export type AuditTransaction = WritingTransaction;

const INSERT =
  'INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES ($1::uuid, $2::uuid, $3)';

/** Told of a tenant that has new events, when they are committed. */
export type AnnounceAudit = (tenantId: string) => void | Promise<void>;

/** How a catalogue looks at its events. */
export interface AuditOptions {
  /** What else than `security-core` knows is a secret: the app's names and patterns. */
  readonly redaction?: RedactionOptions;
  /** The time of an event. The clock's unless given. */
  readonly now?: () => Date;
}

/** Records the events of one catalogue. */
export class AuditEvents<Catalogue extends AuditCatalogue> {
  readonly #admission: Admission;
  readonly #announce: AnnounceAudit | undefined;

  /** Use `defineAuditEvents`. */
  constructor(admission: Admission, announce?: AnnounceAudit) {
    this.#admission = admission;
    this.#announce = announce;
  }

  /**
   * The same catalogue, with somebody who is told of a tenant after each commit: the worker's
   * queue. Best effort; what a lost call leaves, the worker's sweeper finds.
   */
  announcedTo(announce: AnnounceAudit): AuditEvents<Catalogue> {
    return new AuditEvents(this.#admission, announce);
  }

  /**
   * Writes the event into the outbox, in the transaction of the change that it tells of: either
   * both are committed or neither is. One INSERT, which is not waited for over a
   * `TransactionConnection` of @nomo/tenancy: if it fails, the transaction does.
   *
   * @param tx - What `withTenant` or `asSystem` of @nomo/tenancy has handed out.
   * @returns The id that the event will have in the chain: a UUIDv7.
   * @throws {AuditEventRefused} Before any SQL; `code` tells why. Do not catch it inside the
   *   transaction: the change would be committed without its event.
   */
  readonly recordAudit = async (
    tx: AuditTransaction,
    event: AuditEvent<Catalogue>,
  ): Promise<string> => {
    const { tenantId, body } = admit(this.#admission, event);
    // Of itself it asks WebCrypto, which takes a good part of what recording an event does.
    const eventId = uuidv7({ random: randomBytes(16) });
    if (this.#announce !== undefined) {
      const announce = this.#announce;
      afterCommit(tx, () => announce(tenantId));
    }
    await writeBehind(tx, INSERT, [tenantId, eventId, body]);
    return eventId;
  };

  /**
   * As `recordAudit`, for an event that is known before its change is made: it is checked and sent
   * while PostgreSQL is busy with the change, which then takes hardly longer than without it.
   *
   * @param change - A statement of the same transaction, whose event it is whatever comes of it:
   *   where it has changed nothing, throw, and the event is rolled back.
   * @returns What the change gave.
   * @throws What the change does, and what `recordAudit` does: let either pass.
   */
  readonly recordBeside = async <R>(
    tx: AuditTransaction,
    change: PromiseLike<R>,
    event: AuditEvent<Catalogue>,
  ): Promise<R> => {
    const recording = (async () => {
      // Statements of Prisma are sent when somebody waits for them, and by then this one is.
      await setImmediate();
      await this.recordAudit(tx, event);
    })();
    const [result] = await Promise.all([change, recording]);
    return result;
  };
}

/**
 * Takes the catalogue of an app's audit events, and gives what records them.
 *
 * Details are checked, never changed: a schema that would strip a key, fill in a default or
 * transform a value refuses the event instead.
 *
 * @throws {InvalidAuditSetup} A schema that lets unknown keys through, or a name that is none.
 *
 * @example
 * ```ts
 * import { defineAuditEvents } from '@nomo/audit';
 * import { z } from 'zod';
 *
 * export const audit = defineAuditEvents({
 *   'api_key.created': z.strictObject({ name: z.string(), scopes: z.array(z.string()) }),
 *   'api_key.revoked': z.strictObject({}),
 * });
 *
 * await tenants.withTenant(userId, async (tx) => {
 *   await tx.apiKey.create({ data });
 *   await audit.recordAudit(tx, {
 *     tenantId: userId,
 *     action: 'api_key.created',
 *     actor: { type: 'user', id: userId },
 *     target: { type: 'api_key', id: keyId },
 *     details: { name: 'ci', scopes: ['faces:detect'] },
 *   });
 * });
 * ```
 */
export function defineAuditEvents<const Catalogue extends AuditCatalogue>(
  catalogue: Catalogue,
  { redaction, now = () => new Date() }: AuditOptions = {},
): AuditEvents<Catalogue> {
  for (const [action, schema] of Object.entries(catalogue)) {
    if (!isActionName(action) || action.startsWith('audit.')) {
      throw new InvalidAuditSetup(`"${action}" cannot name an action: write api_key.created`);
    }
    if (!(schema.def.catchall instanceof z.ZodNever)) {
      throw new InvalidAuditSetup(`The details of ${action} have to be a z.strictObject`);
    }
  }
  return new AuditEvents({
    schemas: new Map(Object.entries(catalogue)),
    redact: createRedactor(redaction),
    now,
  });
}
