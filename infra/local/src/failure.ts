import { statfsSync } from 'node:fs';

/**
 * Something a person at a terminal can put right. The message is one sentence (or two):
 * what is wrong, what to do, and where the log is. It is shown as it is, without a stack.
 */
export class Failure extends Error {
  override name = 'Failure';
  /** What the failed program said last, to be shown above the sentence. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** The run was asked to end before it had done its work. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** The system's code of an error (`ENOENT` …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  // Not `instanceof Error`: under Jest an error of Node's own belongs to another realm.
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The sentence for a full disk, wherever it struck. */
export function diskFull(place: string): Failure {
  return new Failure(
    `The disk is full: free some space where ${place} lies (df -h) and run this again.`,
  );
}

/** Less free space than this is none: no program gets anything done in it. */
const FULL_BELOW_BYTES = 1024 * 1024;

/**
 * Whether a program failed because the disk is full: it says so, or there is no space
 * left, in which case it could not even write that to its log.
 */
export function ranOutOfSpace(output: string, folder: string): boolean {
  if (/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i.test(output)) return true;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
}

/** Turns the system errors that a person can cure into their sentence; leaves the others alone. */
export function explain(error: unknown, place: string): unknown {
  if (!(error instanceof Error)) return error;
  const file = 'path' in error && typeof error.path === 'string' ? error.path : place;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(file);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure(
        `${file} cannot be used by this user: run this as the user who owns it, or give it to yourself with chown.`,
      );
    default:
      return error;
  }
}
