import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { identify, isAlive, type ProcessIdentity } from '../process-lock.mjs';
import { readIfThere, writePrivately } from './layout.ts';

export type ServiceName = 'postgres' | 'redis';

/**
 * A run's claim on servers that several runs share. The last one out stops them. A run
 * that was killed leaves its lease behind, which counts for nothing: it names the
 * process, and that is gone.
 */
export interface Lease extends ProcessIdentity {
  readonly purpose: string;
  readonly services: readonly ServiceName[];
}

/** A lease of this process. */
export interface OwnLease {
  /** Says something else about what it is for. */
  readonly describe: (purpose: string) => void;
  readonly giveUp: () => void;
}

/** Writes a lease for this process. */
export function takeLease(
  folder: string,
  purpose: string,
  services: readonly ServiceName[],
): OwnLease {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('This process cannot see itself');
  const file = path.join(folder, `${process.pid}-${randomBytes(4).toString('hex')}.json`);
  let givenUp = false;
  const describe = (text: string): void => {
    if (givenUp) return;
    writePrivately(file, JSON.stringify({ ...self, purpose: text, services } satisfies Lease));
  };
  describe(purpose);
  return {
    describe,
    giveUp: () => {
      givenUp = true;
      rmSync(file, { force: true });
    },
  };
}

/** The leases of runs that still go on. Those of the dead are cleared away. */
export function livingLeases(folder: string): Lease[] {
  return readdirSync(folder).flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    const file = path.join(folder, name);
    const text = readIfThere(file);
    // Given up between the two calls.
    if (text === undefined) return [];
    const lease = parse(text);
    if (lease !== undefined && isAlive(lease)) return [lease];
    rmSync(file, { force: true });
    return [];
  });
}

function parse(text: string): Lease | undefined {
  try {
    const lease = JSON.parse(text) as Lease;
    return Array.isArray(lease.services) ? lease : undefined;
  } catch {
    // A power cut can leave a file without its content.
    return undefined;
  }
}
