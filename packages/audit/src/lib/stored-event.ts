import { isIP } from 'node:net';

import { canonicalJson, type JsonValue, parseJson } from '@nomo/security-core/hash-chain';
import type { AuditActor, AuditTarget } from '../event.js';
import { unstorable } from './storable.js';

/** 64 KB, counted in the canonical bytes: what tells a change of state is not a document. */
export const largestBody = 65_536;

const actorTypes: readonly unknown[] = [
  'user',
  'api_key',
  'application',
  'service',
  'operator',
];

/** What an outbox row holds, as canonical JSON. Its tenant and event id are the row's columns. */
export type EventBody = {
  readonly occurredAt: string;
  readonly action: string;
  readonly actor: Pick<AuditActor, 'type' | 'id'>;
  readonly target: Pick<AuditTarget, 'type' | 'id'>;
  readonly details: Readonly<Record<string, JsonValue>>;
  readonly requestId?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
};

/** The rule of each member. A schema of zod took longer than all else that recording does. */
const rules: Readonly<Record<keyof EventBody, (value: unknown) => boolean>> = {
  occurredAt: isStorableTime,
  action: isActionName,
  actor: (value) =>
    isRecord(value, ['type', 'id']) &&
    actorTypes.includes(value['type']) &&
    isText(value['id'], 256),
  target: (value) =>
    isRecord(value, ['type', 'id']) &&
    isText(value['type'], 64) &&
    /^[a-z][a-z0-9_]*$/u.test(value['type']) &&
    isText(value['id'], 256),
  details: (value) => isRecord(value),
  requestId: (value) => value === undefined || isText(value, 256),
  ip: (value) => value === undefined || (typeof value === 'string' && isIP(value) !== 0),
  userAgent: (value) => value === undefined || isText(value, 512),
};
const members = Object.keys(rules);

/** Whether it is an event's body, all but what `unstorable` looks for in its details. */
export function isEventBody(value: unknown): value is EventBody {
  return (
    isRecord(value, members) &&
    Object.entries(rules).every(([name, holds]) => holds(value[name]))
  );
}

function isRecord(
  value: unknown,
  allowed?: readonly string[],
): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (allowed === undefined || Object.keys(value).every((name) => allowed.includes(name)))
  );
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}

/** Two or more names of a-z, 0-9 and `_`, joined by full stops: `api_key.created`. */
export function isActionName(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const parts = text.split('.');
  return (
    text.length <= 128 &&
    parts.length >= 2 &&
    parts.every((part) => /^[a-z][a-z0-9_]*$/u.test(part))
  );
}

/** As `toISOString` writes it, and in a year that PostgreSQL writes with four digits as well. */
function isStorableTime(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const time = new Date(text);
  return time.getTime() >= 0 && text.length === 24 && time.toISOString() === text;
}

/**
 * Reads a body back, from whoever wrote it.
 *
 * @returns `undefined` unless it is, to the byte, what `recordAudit` would have written.
 */
export function readBody(text: string): EventBody | undefined {
  try {
    const value = parseJson(text);
    const asWritten =
      isEventBody(value) && bodyText(value) === text && unstorable(value) === undefined;
    return asWritten ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The body's canonical JSON.
 *
 * @throws {InvalidArgument} There is a value that JSON cannot say.
 */
export function bodyText(body: EventBody): string {
  return Buffer.from(canonicalJson(body as JsonValue)).toString('utf8');
}

/** Where the event stands: what the chain adds to its body. */
export interface EventPlace {
  readonly tenantId: string;
  readonly seq: number;
  readonly eventId: string;
}

/** What is hashed of an event: all of it, and its place. */
export function chainEntry({ tenantId, seq, eventId }: EventPlace, body: EventBody): JsonValue {
  return { ...body, tenantId, seq, eventId } as JsonValue;
}
