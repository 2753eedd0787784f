import { chainHash } from '@nomo/security-core/hash-chain';

import type { AuditSql } from '../database.js';
import { type ChainedEvent, eventOf, noLimit, readEvents } from './event-rows.js';
import { chainEntry } from './stored-event.js';

/** What happened to a row that is not what its place in the chain says. */
export type RowDamage = 'changed' | 'removed' | 'inserted' | 'reordered';

/** More rows than this are not looked for, one after another, in the place of one. */
const longestRemoval = 100;

const pageSize = 1_000;

/** Runs one read, in a transaction of its own. */
export type Read = <R>(work: (tx: AuditSql) => Promise<R>) => Promise<R>;

/**
 * The hash that an event has at a place of the chain.
 *
 * @returns `undefined` if the row holds what no event can.
 */
export function hashAt(
  tenantId: string,
  previous: Uint8Array,
  seq: number,
  { eventId, body }: ChainedEvent,
): Uint8Array | undefined {
  try {
    return chainHash(previous, chainEntry({ tenantId, seq, eventId }, body));
  } catch {
    return undefined;
  }
}

/**
 * Says what happened to the first row of a chain that does not have the hash of its place, as far
 * as the other rows tell. What nothing tells is `changed`.
 */
export async function diagnose(
  read: Read,
  {
    tenantId,
    previous,
    row,
  }: { readonly tenantId: string; readonly previous: Uint8Array; readonly row: ChainedEvent },
): Promise<RowDamage> {
  const isAt = (
    before: Uint8Array,
    seq: number,
    event: ChainedEvent,
    hash = event.hash,
  ): boolean => {
    const found = before.byteLength === 32 ? hashAt(tenantId, before, seq, event) : undefined;
    return found !== undefined && Buffer.compare(found, hash) === 0;
  };
  const from = row.seq;
  let before = row.hash;
  let renumbered = false;
  for await (const event of eventsAfter(read, tenantId, row)) {
    if (event.seq === from + 1) {
      // What follows still builds on the row's hash: only what it says is another.
      if (isAt(row.hash, from + 1, event)) return 'changed';
      // What follows builds on it, but at a higher place: the rows were numbered anew. Unless
      // what belongs here is found further on.
      for (let shift = 1; shift <= longestRemoval && !renumbered; shift += 1) {
        renumbered = isAt(row.hash, from + 1 + shift, event);
      }
    }
    // The event that belongs in this place stands further on. With its hash, or without.
    if (isAt(previous, from, event) || isAt(previous, from, event, row.hash)) {
      const belongs =
        isAt(event.hash, from + 1, row) ||
        isAt(before, event.seq, row) ||
        isAt(previous, from, event, row.hash);
      return belongs ? 'reordered' : 'inserted';
    }
    before = event.hash;
  }
  return renumbered ? 'removed' : 'changed';
}

async function* eventsAfter(
  read: Read,
  tenantId: string,
  row: ChainedEvent,
): AsyncGenerator<ChainedEvent> {
  let after = { seq: String(row.seq), eventId: row.eventId };
  for (;;) {
    const range = { tenantId, after, upTo: noLimit, limit: pageSize };
    const rows = await read((tx) => readEvents(tx, range));
    for (const each of rows) yield eventOf(each);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = { seq: last.seq, eventId: last.event_id };
  }
}
