import { isDeepStrictEqual } from 'node:util';

import type { z } from 'zod';

import { AuditEventRefused } from '../errors.js';
import type { AuditEventContext } from '../event.js';
import { bodyText, isEventBody, largestBody } from './stored-event.js';
import { unstorable, type Unstorable } from './storable.js';

/** What an event is held against. */
export interface Admission {
  readonly schemas: ReadonlyMap<string, z.ZodObject>;
  readonly redact: (value: unknown) => unknown;
  readonly now: () => Date;
}

/** An event as a caller gave it: the compiler has seen it, nobody else. */
export interface OfferedEvent extends AuditEventContext {
  readonly action: string;
  readonly details?: object | undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

const refusalOf = {
  text: 'ERR_AUDIT_INVALID_TEXT',
  size: 'ERR_AUDIT_TOO_LARGE',
  kind: 'ERR_AUDIT_INVALID_EVENT',
} as const satisfies Record<Unstorable, string>;

/**
 * Decides whether an event may be recorded, and writes it as it will be stored.
 *
 * @returns The tenant in lower case, and the body's canonical JSON.
 * @throws {AuditEventRefused} It may not.
 */
export function admit(
  { schemas, redact, now }: Admission,
  offered: OfferedEvent,
): { tenantId: string; body: string } {
  const { tenantId, action, actor, target, ...optional } = offered;
  const schema = schemas.get(action);
  if (schema === undefined) {
    throw new AuditEventRefused('ERR_AUDIT_UNKNOWN_ACTION');
  }
  if (typeof tenantId !== 'string' || !uuid.test(tenantId)) {
    throw new AuditEventRefused('ERR_AUDIT_INVALID_EVENT');
  }
  // First of all, so that nothing after it meets what cannot be: cycles, endless lists.
  const details = withoutUndefined(offered.details ?? {});
  const given = { actor, target, ...withoutUndefined(optional), details };
  const problem = unstorable(given);
  if (problem !== undefined) {
    throw new AuditEventRefused(refusalOf[problem]);
  }
  checkDetails(schema, details);
  const body = withoutUndefined({
    ...given,
    requestId: withoutSecrets(given.requestId, redact),
    // All of it before it is cut: what is cut off may be what shows that the rest is a secret.
    userAgent: clippedAgent(withoutSecrets(given.userAgent, redact)),
    action,
    occurredAt: now().toISOString(),
  });
  if (!isEventBody(body)) {
    throw new AuditEventRefused('ERR_AUDIT_INVALID_EVENT');
  }
  const said = [actor.id, target.id, details].filter(mayTell);
  if (!isDeepStrictEqual(redact(said), said)) {
    throw new AuditEventRefused('ERR_AUDIT_SECRET');
  }
  const text = bodyText(body);
  if (Buffer.byteLength(text) > largestBody) {
    throw new AuditEventRefused('ERR_AUDIT_TOO_LARGE');
  }
  return { tenantId: tenantId.toLowerCase(), body: text };
}

function checkDetails(schema: z.ZodObject, details: unknown): void {
  const parsed = schema.safeParse(details);
  if (!parsed.success) {
    const unknownKey = parsed.error.issues.some(({ code }) => code === 'unrecognized_keys');
    throw new AuditEventRefused(
      unknownKey ? 'ERR_AUDIT_UNKNOWN_KEY' : 'ERR_AUDIT_INVALID_DETAILS',
    );
  }
  // A nested schema that is not strict strips what it does not know.
  if (!isDeepStrictEqual(parsed.data, details)) {
    throw new AuditEventRefused('ERR_AUDIT_UNKNOWN_KEY');
  }
}

/**
 * Whether the redactor has to look at it: that takes longer than all else here. A UUID is no
 * secret, and has digits enough to look like one.
 */
function mayTell(value: unknown): boolean {
  return typeof value === 'string' ? !uuid.test(value) : value !== undefined;
}

/**
 * Clients say of themselves and of their requests what they like. Were an event refused for it,
 * whoever sends `token=abc` as a user agent would leave no trace of what failed, and have the
 * answer to what they did, such as the end of a stolen family of tokens, rolled back with it.
 */
function withoutSecrets(text: unknown, redact: Admission['redact']): unknown {
  return typeof text === 'string' && mayTell(text) ? redact(text) : text;
}

/** At any length, too. */
function clippedAgent(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  return text === '' ? undefined : text.slice(0, 512).toWellFormed();
}

/** As JSON does: what is undefined is not there. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as T;
}
