/**
 * A lock between processes that a crash cannot leave shut, in plain JavaScript on
 * nothing but Node: the bootstrap needs it before anything is installed.
 *
 * The lock is a file that appears with its whole content at once (a hard link to a
 * finished file), so a half-written lock is never seen. It names the holding process by
 * pid and start time: a pid alone is soon somebody else's.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';

/** How often a waiter looks again. The start of a server takes a hundred times this. */
const POLL_MS = 25;

let bootId;

/**
 * When a process was started, in a form to compare and for nothing else.
 * `undefined` when there is no such process (a zombie has ended too).
 */
export function startOf(pid) {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    return stdout?.trim() || undefined;
  }
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  // Field 22 counts from boot, so the boot belongs to it.
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  return `${bootId}-${fields[19]}`;
}

/** The process with this pid, or `undefined` when there is none. */
export function identify(pid) {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start };
}

/** Whether this very process, not another one with its pid, still runs. */
export function isAlive({ pid, start }) {
  return Number.isInteger(pid) && pid > 0 && startOf(pid) === start;
}

/**
 * Waits for the lock and takes it. Returns the function that gives it back.
 * `onWait` hears once who holds it.
 */
export async function acquireLock(file, { onWait } = {}) {
  const nonce = randomBytes(6).toString('hex');
  const mine = { pid: process.pid, start: startOf(process.pid), nonce };
  const draft = `${file}.${nonce}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let told = false; ;) {
      try {
        linkSync(draft, file);
        return () => unlinkSync(file);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (holder === undefined) continue;
      if (!isAlive(holder)) {
        await removeStale(file, holder);
        continue;
      }
      if (!told) onWait?.(holder);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    unlinkSync(draft);
  }
}

/** Runs `work` while holding the lock. */
export async function withLock(file, work, options) {
  const release = await acquireLock(file, options);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Removes the lock of a dead holder. Two waiters may see the same dead holder, and the
 * slower one must not remove the lock that the faster one has taken since: so the
 * removal is itself under a lock, one per dead holder, and looks once more inside it.
 */
async function removeStale(file, holder) {
  await withLock(`${file}.${holder.nonce}.stale`, () => {
    if (readHolder(file)?.nonce === holder.nonce) unlinkSync(file);
  });
}

function readHolder(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, start, nonce } = JSON.parse(text);
    if (typeof nonce === 'string') return { pid, start, nonce };
  } catch {
    // Falls through: a power cut can leave a file without its content.
  }
  return { pid: 0, start: '', nonce: 'unreadable' };
}
