import { canonicalJson, chainStart, type JsonValue } from '@nomo/security-core/hash-chain';

import type { AuditDatabase } from './database.js';
import type { Read } from './lib/diagnosis.js';
import { beforeAll, eventOf, noLimit, readEvents } from './lib/event-rows.js';
import { chainEntry } from './lib/stored-event.js';

/** Lines are made from so many rows at a time: 32 MB if each is as large as an event can be. */
const pageSize = 500;

/** What to export. */
export interface ExportOptions {
  readonly tenant: string;
  /** The first sequence number. 1 unless given. */
  readonly from?: number;
  /** The last. The last one that there is unless given. */
  readonly to?: number;
}

/**
 * A tenant's chain as JSON Lines, each ending with a line feed: the event in canonical JSON, and
 * with it `hash` and `previous`, in hexadecimal. Without these two a line is what was hashed:
 * `hash` is `chainHash(previous, line without hash and previous)` of @nomo/security-core.
 *
 * @returns Nothing for a tenant without events.
 */
export async function* exportChain(
  database: AuditDatabase,
  { tenant, from = 1, to }: ExportOptions,
): AsyncGenerator<string> {
  const tenantId = tenant.toLowerCase();
  const read: Read = (work) =>
    database.asSystem('audit: export a chain', work, { timeoutMs: 60_000 });
  const upTo = to === undefined ? noLimit : String(to);
  let previous = from <= 1 ? Buffer.from(chainStart()).toString('hex') : undefined;
  // One before the first: its hash is the first line's `previous`.
  let after = { ...beforeAll, seq: String(Math.max(from - 1, 1)) };
  for (;;) {
    const rows = await read((tx) => readEvents(tx, { tenantId, after, upTo, limit: pageSize }));
    for (const row of rows) {
      const { seq, eventId, body } = eventOf(row);
      if (seq >= from) {
        const entry = chainEntry({ tenantId, seq, eventId }, body) as object;
        const line = { ...entry, hash: row.hash, previous: previous ?? null };
        yield `${Buffer.from(canonicalJson(line as JsonValue)).toString('utf8')}\n`;
      }
      previous = row.hash ?? undefined;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = { seq: last.seq, eventId: last.event_id };
  }
}
