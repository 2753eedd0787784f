import { chainStart, type CheckpointStatement } from '@nomo/security-core/hash-chain';

import { diagnose, hashAt, type Read, type RowDamage } from './diagnosis.js';
import { beforeAll, eventOf, readEvents } from './event-rows.js';

/** Rows that are held in memory at once: 64 MB if each is as large as an event can be. */
const pageSize = 1_000;

/** What can be wrong with a chain. */
export type ChainDamage =
  RowDamage | 'cut_off' | 'deleted_chain' | 'head_mismatch' | 'rewritten' | 'behind_checkpoint';

/** How much of a chain was read, and the first thing that is wrong with it. */
export interface WalkedChain {
  readonly events: number;
  readonly damage?: {
    readonly kind: ChainDamage;
    /** The first row that is not as it was, or that is no longer there. */
    readonly seq: number;
  };
}

interface Ends {
  readonly head_seq: string | null;
  readonly head_hash: string | null;
  readonly last_seq: string | null;
}

/** What a walk goes by. */
export interface WalkOptions {
  readonly tenantId: string;
  /** Of this chain, verified, read before the walk began. */
  readonly checkpoints: readonly CheckpointStatement[];
  /** Told how many rows a page had. */
  readonly onPage: (events: number) => void;
}

/** Recomputes a chain from its rows, and holds it against its head and its checkpoints. */
export async function walkChain(
  read: Read,
  { tenantId, checkpoints, onPage }: WalkOptions,
): Promise<WalkedChain> {
  // In one statement, so of one moment. What is appended later is for the next walk.
  const [ends] = await read(
    async (tx) => tx.$queryRaw<Ends[]>`
      SELECT head.seq::text AS head_seq, encode(head.hash, 'hex') AS head_hash,
        (SELECT max(seq)::text FROM audit_events WHERE tenant_id = ${tenantId}::uuid) AS last_seq
      FROM (SELECT) one LEFT JOIN audit_heads head ON head.tenant_id = ${tenantId}::uuid`,
  );
  const headText = ends?.head_seq ?? undefined;
  const headSeq = headText === undefined ? undefined : Number(headText);
  const newest = checkpoints.at(-1)?.size ?? 0;
  const reached = await walkRows(read, {
    tenantId,
    checkpoints,
    onPage,
    upTo: ends?.last_seq ?? '0',
    // Rows behind the head are of no chain, unless a checkpoint has seen them.
    end: Math.max(headSeq ?? Infinity, newest),
  });
  const { events, damage, seq, hash } = reached;
  const found = (kind: ChainDamage, at: number): WalkedChain => ({
    events,
    damage: { kind, seq: at },
  });
  if (damage !== undefined) {
    return found(damage.kind, damage.seq);
  }
  if (seq === 0 && (newest > 0 || (headSeq ?? 0) > 0)) {
    return found('deleted_chain', 1);
  }
  if (headSeq === undefined) {
    return seq === 0 ? { events } : found('head_mismatch', seq);
  }
  if (headSeq > seq) {
    return found('cut_off', seq + 1);
  }
  if (headSeq < seq || ends?.head_hash !== Buffer.from(hash).toString('hex')) {
    return found('head_mismatch', headSeq);
  }
  return newest > headSeq ? found('behind_checkpoint', headSeq + 1) : { events };
}

interface WalkedRows {
  readonly events: number;
  /** The last row that is as it was, and its hash. */
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly damage?: { readonly kind: RowDamage | 'rewritten'; readonly seq: number };
}

async function walkRows(
  read: Read,
  {
    tenantId,
    checkpoints,
    onPage,
    upTo,
    end,
  }: WalkOptions & { readonly upTo: string; readonly end: number },
): Promise<WalkedRows> {
  let after = beforeAll;
  let events = 0;
  let seq = 0;
  let hash = chainStart();
  for (;;) {
    const rows = await read((tx) => readEvents(tx, { tenantId, after, upTo, limit: pageSize }));
    for (const text of rows) {
      const row = eventOf(text);
      const at = (kind: RowDamage | 'rewritten', where: number): WalkedRows => ({
        events,
        seq,
        hash,
        damage: { kind, seq: where },
      });
      if (row.seq <= seq || row.seq > end) return at('inserted', row.seq);
      if (row.seq > seq + 1) return at('removed', seq + 1);
      const expected = hashAt(tenantId, hash, row.seq, row);
      if (expected === undefined || Buffer.compare(expected, row.hash) !== 0) {
        return at(await diagnose(read, { tenantId, previous: hash, row }), row.seq);
      }
      seq = row.seq;
      hash = expected;
      events += 1;
      const stated = checkpoints.find(({ size }) => size === seq);
      if (stated !== undefined && Buffer.compare(stated.head, hash) !== 0) {
        return at('rewritten', seq);
      }
    }
    onPage(rows.length);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return { events, seq, hash };
    after = { seq: last.seq, eventId: last.event_id };
  }
}
