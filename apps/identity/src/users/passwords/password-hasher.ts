import { hash, verify, type Options } from '@node-rs/argon2';
import { generateToken } from '@nomo/security-core';
import pLimit, { type LimitFunction } from 'p-limit';

/** OWASP's minimum for Argon2id, which is the library's own choice: 19 MiB, two passes, one lane. */
const ARGON2_PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options;

/**
 * Passwords that may wait for a core. At some tens of hashes a second a core, whoever came after
 * so many would wait for longer than a person does.
 */
const MOST_WAITING = 256;

/** More sign-ins at once than there are cores for. Nothing was checked. */
export class PasswordHasherBusy extends Error {
  readonly code = 'password_hasher_busy';

  constructor() {
    super('More passwords wait to be hashed than can be in time');
  }
}

/**
 * Hashes passwords with Argon2id in the thread pool, a few at a time: what is left of the cores
 * goes on answering everything else.
 */
export class PasswordHasher {
  readonly #limit: LimitFunction;
  readonly #decoy: Promise<string>;

  /** @param atOnce how many are hashed at the same time */
  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
    // Nobody knows its password. It is what an unknown account is checked against.
    this.#decoy = this.hash(generateToken().reveal());
    this.#decoy.catch(() => undefined);
  }

  /** @returns a PHC string @throws {PasswordHasherBusy} */
  async hash(password: string): Promise<string> {
    return this.#run(() => hash(normalized(password), ARGON2_PARAMETERS));
  }

  /**
   * Whether a password is the one that was hashed. Does the same work, and says no, where there
   * is no hash.
   *
   * @throws {PasswordHasherBusy}
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const against = stored ?? (await this.#decoy);
    const genuine = await this.#run(() => verify(against, normalized(password)));
    return genuine && stored !== undefined;
  }

  #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#limit.pendingCount >= MOST_WAITING)
      return Promise.reject(new PasswordHasherBusy());
    return this.#limit(work);
  }
}

/** Whether a hash was made with other parameters than hashes are made with today. */
export function needsRehash(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = ARGON2_PARAMETERS;
  return !stored.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
}

/** NIST SP 800-63B-4, section 3.1.1.2: the same characters typed on another keyboard are the same. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}
