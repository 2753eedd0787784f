import type { S3Client } from '@aws-sdk/client-s3';

import { InvalidAuditSetup } from '../errors.js';
import {
  CheckpointExists,
  checkpointName,
  checkpointNumber,
  type CheckpointStore,
} from './store.js';

/** Where in S3, and for how long nobody can remove it. */
export interface S3CheckpointStoreOptions {
  /** Unless given, one whose region and credentials are found where the SDK looks for them. */
  readonly client?: S3Client;
  /** With object lock: without it S3 refuses what this store writes. */
  readonly bucket: string;
  /** Before the files' names: `audit/vision/`. */
  readonly prefix: string;
  /** Nobody, the account's root included, can delete a file for so many days. */
  readonly retentionDays: number;
}

const dayMs = 86_400_000;

/**
 * The SDK, for whoever has checkpoints in S3: to load it takes a quarter of a second, which every
 * process and every command would spend at its start.
 */
function loadSdk() {
  return import('@aws-sdk/client-s3');
}

/** Checkpoints in S3, locked in compliance mode. */
export class S3CheckpointStore implements CheckpointStore {
  readonly #options: S3CheckpointStoreOptions;
  #client: S3Client | undefined;

  /** @throws {InvalidAuditSetup} A retention that is no whole number of days. */
  constructor(options: S3CheckpointStoreOptions) {
    if (!Number.isSafeInteger(options.retentionDays) || options.retentionDays < 1) {
      throw new InvalidAuditSetup('Checkpoints are retained for a whole number of days');
    }
    this.#options = options;
    this.#client = options.client;
  }

  async list(): Promise<number[]> {
    const { bucket, prefix } = this.#options;
    const { client, ListObjectsV2Command } = await this.#sdk();
    const numbers: number[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      for (const { Key = '' } of page.Contents ?? []) {
        const number = checkpointNumber(Key.slice(prefix.length));
        if (number !== undefined) numbers.push(number);
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return numbers.sort((a, b) => a - b);
  }

  async read(number: number): Promise<Uint8Array | undefined> {
    const { client, GetObjectCommand, NoSuchKey } = await this.#sdk();
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: this.#options.bucket, Key: this.#key(number) }),
      );
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async write(number: number, bytes: Uint8Array): Promise<void> {
    const { bucket, retentionDays } = this.#options;
    const { client, PutObjectCommand, S3ServiceException } = await this.#sdk();
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: this.#key(number),
          Body: bytes,
          ContentType: 'application/json',
          // S3 wants a checksum with every object that it locks.
          ChecksumAlgorithm: 'SHA256',
          IfNoneMatch: '*',
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate: new Date(Date.now() + retentionDays * dayMs),
        }),
      );
    } catch (error) {
      // 412: there is one. 409: another one is being written.
      const status =
        error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      throw status === 412 || status === 409 ? new CheckpointExists() : error;
    }
  }

  async #sdk() {
    const sdk = await loadSdk();
    this.#client ??= new sdk.S3Client();
    return { ...sdk, client: this.#client };
  }

  #key(number: number): string {
    return `${this.#options.prefix}${checkpointName(number)}`;
  }
}
