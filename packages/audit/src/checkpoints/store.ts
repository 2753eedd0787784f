import { AuditError } from '../errors.js';

/** A file of this number is there already: somebody else wrote it. */
export class CheckpointExists extends AuditError {
  readonly code = 'ERR_AUDIT_CHECKPOINT_EXISTS';

  constructor() {
    super('A checkpoint of this number is there already');
  }
}

/**
 * Where checkpoints lie: files that are numbered from 1, written once and never changed. It has to
 * be out of reach of whoever can write the database.
 */
export interface CheckpointStore {
  /** The numbers of the files that are there, rising. */
  list(): Promise<number[]>;
  /** The bytes of a file; `undefined` if there is none. */
  read(number: number): Promise<Uint8Array | undefined>;
  /**
   * Writes a file; when it returns, the file outlives a loss of power.
   *
   * @throws {CheckpointExists} There is one of this number.
   */
  write(number: number, bytes: Uint8Array): Promise<void>;
}

/** What a file of this number is called: its names sort as its numbers do. */
export function checkpointName(number: number): string {
  return `checkpoint-${String(number).padStart(10, '0')}.json`;
}

/** The number in a file's name; `undefined` if it is another file. */
export function checkpointNumber(name: string): number | undefined {
  const digits = /^checkpoint-(\d{10})\.json$/u.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
