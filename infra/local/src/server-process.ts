import { type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive, type ProcessIdentity } from '../process-lock.mjs';
import { codeOf } from './failure.ts';

/** How often to look whether a server is ready, or gone. */
const POLL_MS = 20;

/**
 * Waits until a server that was just spawned takes connections.
 *
 * @param find the server that is up, whoever started it: another one than the child counts for nothing
 * @returns `undefined` when it ended instead, or took longer
 * @throws when it could not be spawned at all
 */
export async function untilUp<Server extends ProcessIdentity>(
  child: ChildProcess,
  withinMs: number,
  find: () => Server | undefined | Promise<Server | undefined>,
): Promise<Server | undefined> {
  let broken: Error | undefined;
  child.once('error', (error) => {
    broken = error;
  });
  for (let waited = 0; waited < withinMs; waited += POLL_MS) {
    if (broken !== undefined) throw broken;
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    const server = await find();
    if (server?.pid === child.pid) return server;
    await sleep(POLL_MS);
  }
  return undefined;
}

/**
 * Waits until a process has ended.
 *
 * @returns whether it did within the time
 */
export async function ended(process: ProcessIdentity, withinMs: number): Promise<boolean> {
  for (let waited = 0; isAlive(process); waited += POLL_MS) {
    if (waited >= withinMs) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Asks a process to end, and makes it when it does not within the time. */
export async function endProcess(
  target: ProcessIdentity,
  politely: NodeJS.Signals,
  withinMs: number,
  firmly: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  send(target, politely);
  if (await ended(target, withinMs)) return;
  send(target, firmly);
  await ended(target, withinMs);
}

/** Sends a signal, unless the process has gone already. */
export function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
