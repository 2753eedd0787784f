import { isIP } from 'node:net';

import { canonicalJson, type JsonValue } from '@nomo/security-core/hash-chain';
import { z } from 'zod';

import { unstorable } from './storable.js';

/** 64 KB, counted in the canonical bytes: what tells a change of state is not a document. */
export const largestBody = 65_536;

const id = z.string().min(1).max(256);

/** What an outbox row holds, as canonical JSON. Its tenant and event id are the row's columns. */
export const EventBody = z.strictObject({
  occurredAt: z.string().refine(isStorableTime),
  action: z.string().refine(isActionName),
  actor: z.strictObject({
    type: z.enum(['user', 'api_key', 'application', 'service', 'operator']),
    id,
  }),
  target: z.strictObject({
    type: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9_]*$/u),
    id,
  }),
  details: z.record(z.string(), z.json()),
  requestId: z.string().min(1).max(256).optional(),
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0)
    .optional(),
  userAgent: z.string().min(1).max(512).optional(),
});

/** An event without its place: what is written at once, and chained later. */
export type EventBody = z.infer<typeof EventBody>;

/** Two or more names of a-z, 0-9 and `_`, joined by full stops: `api_key.created`. */
export function isActionName(text: string): boolean {
  const parts = text.split('.');
  return (
    text.length <= 128 &&
    parts.length >= 2 &&
    parts.every((part) => /^[a-z][a-z0-9_]*$/u.test(part))
  );
}

/** As `toISOString` writes it, and in a year that PostgreSQL writes with four digits as well. */
function isStorableTime(text: string): boolean {
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
    const value: unknown = JSON.parse(text);
    const body = EventBody.parse(value);
    return bodyText(body) === text && unstorable(body) === undefined ? body : undefined;
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
