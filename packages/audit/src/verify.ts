import type { CheckpointStatement } from '@nomo/security-core/hash-chain';

import {
  type CheckpointFinding,
  type CheckpointLog,
  readCheckpoints,
  type ReadCheckpointsOptions,
} from './checkpoints/log.js';
import type { AuditDatabase } from './database.js';
import { type ChainDamage, walkChain } from './lib/chain-walk.js';
import type { Read } from './lib/diagnosis.js';
import { countEvents, tenantsWithChains } from './lib/tenants.js';

/** What is wrong with a chain. `audit verify` prints these words. */
export type ChainFindingKind = Exclude<ChainDamage, 'behind_checkpoint'> | 'rolled_back';

/** A chain that is not as it was. */
export interface ChainFinding {
  /**
   * `changed`: the row says something else. `removed`: a row is missing. `inserted`: a row is
   * there that was never chained. `reordered`: rows have changed places. `cut_off`: rows at the
   * end are missing, by the head or by a checkpoint. `deleted_chain`: all rows are missing.
   * `rolled_back`: the database is an older one than its checkpoints. `head_mismatch`: the rows
   * hold together, the head says something else. `rewritten`: everything was computed anew; some
   * row up to this one is not as it was.
   */
  readonly kind: ChainFindingKind;
  readonly tenantId: string;
  /** The first bad row. */
  readonly seq: number;
}

/** What is wrong. */
export type AuditFinding = ChainFinding | CheckpointFinding;

/** How far a verification has come. */
export interface VerifyProgress {
  readonly events: number;
  /** As many as there were when it began. */
  readonly totalEvents: number;
  readonly chains: number;
}

/** What a verification has seen. */
export interface AuditReport {
  readonly chains: number;
  readonly events: number;
  readonly checkpointFiles: number;
  /**
   * When the newest of them was sealed. Long ago, and the worker signs nothing any more; or what
   * lies there is an older copy.
   */
  readonly newestCheckpoint?: Date;
  readonly durationMs: number;
  readonly eventsPerSecond: number;
  /** One for each chain at most. Empty: nothing was tampered with, as far as can be seen. */
  readonly findings: readonly AuditFinding[];
}

/** What to verify, and by what. */
export interface VerifyOptions {
  /** Only this chain. */
  readonly tenant?: string;
  /** Without checkpoints a chain that was cut off or computed anew looks whole. */
  readonly checkpoints?: Omit<ReadCheckpointsOptions, 'only'>;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/**
 * Walks the chains, page by page, and names the first row of each that is not as it was. Takes no
 * lock and keeps no transaction open; what is appended meanwhile is not looked at.
 */
export async function verifyAudit(
  database: AuditDatabase,
  { tenant, checkpoints, onProgress = () => undefined }: VerifyOptions = {},
): Promise<AuditReport> {
  const started = performance.now();
  const read: Read = (work) =>
    database.asSystem('audit: verify chains', work, { timeoutMs: 60_000 });
  // Before any head is read: a head that is older than a checkpoint is then an old head.
  const log = checkpoints && (await readCheckpoints({ ...checkpoints, ...only(tenant) }));
  const totalEvents = await countEvents(read, tenant);
  const findings: AuditFinding[] = [...(log?.findings ?? [])];
  const behind: Omit<ChainFinding, 'kind'>[] = [];
  let events = 0;
  let chains = 0;
  const tenants = tenant === undefined ? tenantsWithChains(read, log) : [tenant.toLowerCase()];
  for await (const tenantId of tenants) {
    const { damage } = await walkChain(read, {
      tenantId,
      checkpoints: statementsOf(log, tenantId),
      onPage: (count) => {
        events += count;
        onProgress({ events, totalEvents, chains });
      },
    });
    chains += 1;
    if (damage?.kind === 'behind_checkpoint') {
      behind.push({ tenantId, seq: damage.seq });
    } else if (damage !== undefined) {
      findings.push({ kind: damage.kind, tenantId, seq: damage.seq });
    }
  }
  onProgress({ events, totalEvents, chains });
  const kind = tenant === undefined && allBehind(behind, log) ? 'rolled_back' : 'cut_off';
  findings.push(...behind.map((finding) => ({ kind, ...finding }) as const));
  const durationMs = performance.now() - started;
  return {
    chains,
    events,
    checkpointFiles: log?.last.number ?? 0,
    ...(log?.newestAt && { newestCheckpoint: log.newestAt }),
    durationMs,
    eventsPerSecond: Math.round((events / Math.max(durationMs, 1)) * 1_000),
    findings,
  };
}

function only(tenant: string | undefined): { only?: string } {
  return tenant === undefined ? {} : { only: tenant.toLowerCase() };
}

function statementsOf(
  log: CheckpointLog | undefined,
  tenantId: string,
): readonly CheckpointStatement[] {
  return log?.statements.get(tenantId) ?? [];
}

/** Whoever cuts a chain off leaves the others; an old database knows nothing of the newest file. */
function allBehind(
  behind: readonly { tenantId: string }[],
  log: CheckpointLog | undefined,
): boolean {
  const names = new Set(behind.map(({ tenantId }) => tenantId));
  return names.size > 0 && log?.newest.every((chain) => names.has(chain)) === true;
}
