import type { AuditFinding, AuditReport } from '../verify.js';

/** What each kind of finding means, to a person who has to act on it. */
const meanings: Readonly<Record<AuditFinding['kind'], string>> = {
  changed: 'says something else than it did',
  removed: 'was removed',
  inserted: 'was never chained',
  reordered: 'has changed places with another',
  cut_off: 'and all after it were cut off',
  deleted_chain: 'and all after it were deleted',
  rolled_back:
    'and all after it are missing: the database is an older one than its checkpoints',
  head_mismatch: 'is not what the head of the chain says',
  rewritten:
    'is not what its checkpoint says: this row or one before it was changed, and all hashes computed anew',
  checkpoint_missing: 'is missing',
  checkpoint_invalid: 'is not as it was signed, or does not follow the one before it',
  checkpoint_contradiction: 'contradicts an earlier one',
};

/** One line for a finding: its kind, where, and what that means. */
export function describeFinding(finding: AuditFinding): string {
  return `${finding.kind}: ${whatOf(finding)}`;
}

function whatOf(finding: AuditFinding): string {
  const meaning = meanings[finding.kind];
  if ('tenantId' in finding) return `tenant ${finding.tenantId} row ${finding.seq} ${meaning}`;
  const { number, through = number } = finding;
  return through === number
    ? `checkpoint file ${number} ${meaning}`
    : `checkpoint files ${number} to ${through} are missing`;
}

/** One line for all that was looked at. */
export function summarize(report: AuditReport): string {
  const { chains, events, checkpointFiles, newestCheckpoint } = report;
  const { durationMs, eventsPerSecond, findings } = report;
  const verdict =
    findings.length === 0 ? 'whole' : counted(findings.length, 'FINDING', 'FINDINGS');
  const seconds = (durationMs / 1_000).toFixed(1);
  const checkpoints =
    checkpointFiles === 0
      ? 'no checkpoints'
      : `${counted(checkpointFiles, 'checkpoint file')}${sealed(newestCheckpoint)}`;
  return `${verdict}: ${counted(chains, 'chain')}, ${counted(events, 'event')}, ${checkpoints}, in ${seconds} s (${count(eventsPerSecond)} events/s)`;
}

/** An older copy of the files is as valid as they are: its age is what a person can see. */
function sealed(at: Date | undefined): string {
  return at === undefined ? '' : ` (the last of ${at.toISOString().slice(0, 19)}Z)`;
}

/** `1 chain`, `2 chains`. */
export function counted(number: number, one: string, more = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : more}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
