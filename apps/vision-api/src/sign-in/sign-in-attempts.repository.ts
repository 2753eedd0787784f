import { Injectable } from '@nestjs/common';
import { ConsoleDatabase } from '../database/doors.js';

/** A sign-in under way, by what stands for its secrets. */
export interface SignInAttempt {
  /** SHA-256 of the `state`. */
  readonly stateHash: Uint8Array;
  /** SHA-256 of what the browser's cookie holds. */
  readonly browserHash: Uint8Array;
}

/** Sign-ins under way. They outlive a process, and any process may end one. */
@Injectable()
export class SignInAttemptsRepository {
  constructor(private readonly database: ConsoleDatabase) {}

  /** @unaudited Nobody is known yet, and nothing is changed for anybody. */
  async begin(
    { stateHash, browserHash }: SignInAttempt,
    returnTo: string,
    expiresAt: Date,
  ): Promise<void> {
    await this.database.withoutTenant((tx) =>
      tx.signInAttempt.createMany({
        data: {
          stateHash: Uint8Array.from(stateHash),
          browserHash: Uint8Array.from(browserHash),
          returnTo,
          expiresAt,
        },
      }),
    );
  }

  /**
   * Takes an attempt out, for good: of any number of callbacks at once, one gets it. A browser
   * that has not begun it neither gets it nor spoils it.
   *
   * @unaudited The session that it may come to tells of itself.
   * @returns where to go on; `undefined` where there is no such attempt, or not any more
   */
  async take(
    { stateHash, browserHash }: SignInAttempt,
    now: Date,
  ): Promise<string | undefined> {
    const [taken] = await this.database.withoutTenant(
      (tx) => tx.$queryRaw<{ return_to: string }[]>`
        DELETE FROM sign_in_attempts
        WHERE state_hash = ${Uint8Array.from(stateHash)}
          AND browser_hash = ${Uint8Array.from(browserHash)}
          AND expires_at > ${now}
        RETURNING return_to`,
    );
    return taken?.return_to;
  }
}
