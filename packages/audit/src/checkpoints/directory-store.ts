import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';

import {
  CheckpointExists,
  checkpointName,
  checkpointNumber,
  type CheckpointStore,
} from './store.js';

/**
 * Checkpoints in a directory, each in a file of mode 0600. Let it be one that the database's
 * server cannot reach, and copy it elsewhere.
 */
export class DirectoryCheckpointStore implements CheckpointStore {
  readonly #directory: string;

  /** @param directory - Made with mode 0700 if it is not there. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async list(): Promise<number[]> {
    const names = await readdir(this.#directory).catch((error: unknown) => {
      if (isFailure(error, 'ENOENT')) return [];
      throw error;
    });
    return names
      .map(checkpointNumber)
      .filter((number) => number !== undefined)
      .sort((a, b) => a - b);
  }

  async read(number: number): Promise<Uint8Array | undefined> {
    return readFile(this.#path(number)).catch((error: unknown) => {
      if (isFailure(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  async write(number: number, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    // Written under another name first: a file that has a number is whole.
    const draft = path.join(this.#directory, `.draft-${randomUUID()}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      // Unlike a rename, it fails where a file is.
      await link(draft, this.#path(number));
    } catch (error) {
      throw isFailure(error, 'EEXIST') ? new CheckpointExists() : error;
    } finally {
      await unlink(draft);
    }
    const directory = await open(this.#directory);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  #path(number: number): string {
    return path.join(this.#directory, checkpointName(number));
  }
}

function isFailure(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
