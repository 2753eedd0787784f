/** One process and no other that may get its pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

/** When a process was started, in a form to compare; `undefined` when it is gone. */
export function startOf(pid: number): string | undefined;

/** The process with this pid, or `undefined` when there is none. */
export function identify(pid: number): ProcessIdentity | undefined;

/** Whether this very process, not another one with its pid, still runs. */
export function isAlive(process: ProcessIdentity): boolean;

interface LockOptions {
  /** Hears once who holds the lock, when it has to be waited for. */
  readonly onWait?: (holder: ProcessIdentity) => void;
}

/** Waits for the lock and takes it. Returns the function that gives it back. */
export function acquireLock(file: string, options?: LockOptions): Promise<() => void>;

/** Runs `work` while holding the lock. */
export function withLock<T>(
  file: string,
  work: () => T | Promise<T>,
  options?: LockOptions,
): Promise<T>;
