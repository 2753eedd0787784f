import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import { codeOf } from './failure.ts';

/** A log is put aside when it has grown past this; one older log is kept. */
const LOG_LIMIT_BYTES = 5 * 1024 * 1024;

/** Where things are: the checkout, and the folder in it that holds all local state. */
export interface Layout {
  /** The root of the checkout. */
  readonly root: string;
  /** State of this machine: data, logs, leases, secrets. Ignored by git. */
  readonly local: string;
  readonly locks: string;
  readonly leases: string;
  readonly logs: string;
  /** The redis-server that was fetched for this checkout, when the machine has none. */
  readonly fetchedRedis: string;
}

/** The checkout that this file is part of. `src` and `dist` lie equally deep. */
export const checkout = path.resolve(import.meta.dirname, '../../..');

/**
 * Names the folders, and creates those that everything else relies on.
 *
 * @param local where to keep state; tests give a folder of their own
 */
export function openLayout(local = path.join(checkout, '.local'), root = checkout): Layout {
  const layout: Layout = {
    root,
    local,
    locks: path.join(local, 'locks'),
    leases: path.join(local, 'leases'),
    logs: path.join(local, 'logs'),
    fetchedRedis: path.join(checkout, '.local', 'redis-server'),
  };
  // 0711: as root, PostgreSQL runs as another user, who has to get through to its data.
  mkdirSync(local, { recursive: true, mode: 0o711 });
  mkdirSync(path.dirname(layout.fetchedRedis), { recursive: true, mode: 0o711 });
  for (const folder of [layout.locks, layout.leases, layout.logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return layout;
}

/** A log of a program that is about to start. */
export interface Log {
  readonly file: string;
  readonly descriptor: number;
  /** What was written to the log since it was opened. */
  read(): string;
  /** Adds to it, as far as the disk has room: a log is no reason to fail. */
  write(text: string | Buffer): void;
  close(): void;
}

/** Opens `<name>.log` for appending. */
export function openLog(folder: string, name: string): Log {
  const file = path.join(folder, `${name}.log`);
  if (sizeOf(file) > LOG_LIMIT_BYTES) renameSync(file, `${file}.old`);
  const descriptor = openSync(file, 'a', 0o600);
  const start = sizeOf(file);
  return {
    file,
    descriptor,
    read: () => readFileSync(file).subarray(start).toString('utf8'),
    write: (text) => {
      try {
        writeSync(descriptor, Buffer.from(text));
      } catch (error) {
        if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
      }
    },
    close: () => {
      closeSync(descriptor);
    },
  };
}

/** Writes a file that only its owner may read, so that it is there whole or not at all. */
export function writePrivately(file: string, content: string): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}

/** The content of a file, or `undefined` when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
