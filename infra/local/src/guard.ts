import { type ChildProcess, spawn } from 'node:child_process';
import { type Socket } from 'node:net';

/**
 * Ends a process when this one is gone, however it went: a shell that waits on a pipe
 * whose other end only we hold. The pipe breaks even on SIGKILL.
 *
 * It runs in a session of its own, so that what the terminal sends to us does not hit it.
 */
const WATCH = `
read -r _
kill -"$1" "$2" 2>/dev/null
[ -n "$3" ] || exit 0
turns=0
while kill -0 "$2" 2>/dev/null && [ $turns -lt 50 ]; do sleep 0.1; turns=$((turns + 1)); done
rm -rf "$3"`;

/** What is to happen to the child when its parent is gone. */
export interface GuardOptions {
  /** SIGKILL unless told: for a program that has something to tidy up. */
  readonly signal?: 'KILL' | 'TERM' | 'QUIT' | 'INT';
  /** A folder that has no use without the child. */
  readonly remove?: string;
}

/**
 * Makes a child die with this process. The guard goes when the child has ended.
 * Neither keeps this process running.
 */
export function dieWithUs(child: ChildProcess, options: GuardOptions = {}): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  const guard = spawn(
    'sh',
    ['-c', WATCH, 'guard', options.signal ?? 'KILL', String(child.pid), options.remove ?? ''],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  // Without a guard the child still ends in the ordinary way.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  // The pipe to a child is a socket, whatever its type says.
  (guard.stdin as Socket).unref();
  child.once('exit', () => {
    // SIGKILL, because a signal that lets it go on would let it end a stranger.
    guard.kill('SIGKILL');
  });
}
