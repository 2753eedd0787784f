import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseAway } from '../../database/database-away.js';
import { type RealmKey } from '../../realms/realm.js';

/** Round trips of one realm that are under way: while one waits for the disk, another works. */
const AT_ONCE = 2;
/** So that one round trip takes PostgreSQL no longer than a few milliseconds. */
const MOST_TOGETHER = 200;
/** As long as is waited for a connection. What had to wait longer is refused: PostgreSQL has more to do than it can. */
const LONGEST_WAIT_MS = 5_000;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly answer: PromiseWithResolvers<Answer>;
  readonly since: number;
}

/** Of one realm. */
interface Line<Question, Answer> {
  waiting: Map<string, Waiting<Question, Answer>>;
  underWay: number;
  /** Whether what waits is about to be sent. */
  leaving: boolean;
}

/**
 * Questions that share a round trip: requests of one realm that wait for PostgreSQL at the same
 * time are asked together. One alone does not wait for others; under load dozens come together by
 * themselves, while those before them are answered.
 */
export class AskedTogether<Question, Answer> {
  readonly #lines = new Map<string, Line<Question, Answer>>();
  /** A round trip is no request's: what is logged meanwhile must not carry the name of one. */
  readonly #ofNoRequest = AsyncLocalStorage.snapshot();

  /**
   * @param askAll answers each question, in their order; where it throws, all of them have
   *   failed. An answer may be a promise, for which no other question waits.
   */
  constructor(
    private readonly askAll: (
      realm: RealmKey,
      questions: readonly Question[],
    ) => Promise<readonly (Answer | Promise<Answer>)[]>,
  ) {}

  /**
   * @param name what makes two questions the same one, which is then asked once
   * @throws {DatabaseAway} where PostgreSQL is too slow for it to be asked in time
   */
  ask(realm: RealmKey, name: string, question: Question): Promise<Answer> {
    const line = this.#lineOf(realm);
    let waiting = line.waiting.get(name);
    if (waiting === undefined) {
      waiting = { question, answer: Promise.withResolvers(), since: performance.now() };
      line.waiting.set(name, waiting);
      this.#leave(realm, line);
    }
    return waiting.answer.promise;
  }

  #lineOf(realm: RealmKey): Line<Question, Answer> {
    const key = keyOf(realm);
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { waiting: new Map(), underWay: 0, leaving: false };
      this.#lines.set(key, line);
    }
    return line;
  }

  #leave(realm: RealmKey, line: Line<Question, Answer>): void {
    if (line.leaving || line.underWay >= AT_ONCE) return;
    line.leaving = true;
    // Whoever comes in with the same turn of the event loop is in time.
    setImmediate(() => {
      line.leaving = false;
      void this.#ofNoRequest(() => this.#next(realm, line));
    });
  }

  async #next(realm: RealmKey, line: Line<Question, Answer>): Promise<void> {
    const together = this.#take(line);
    if (together.length > 0) {
      line.underWay += 1;
      if (line.waiting.size > 0) this.#leave(realm, line);
      await this.#settle(realm, together);
      line.underWay -= 1;
    }
    if (line.waiting.size > 0) this.#leave(realm, line);
    else if (line.underWay === 0) this.#lines.delete(keyOf(realm));
  }

  #take(line: Line<Question, Answer>): Waiting<Question, Answer>[] {
    const together: Waiting<Question, Answer>[] = [];
    const since = performance.now() - LONGEST_WAIT_MS;
    const { waiting } = line;
    // Most often all of it leaves, and its map with it: one that stayed would keep what it had.
    const all = waiting.size <= MOST_TOGETHER;
    if (all) line.waiting = new Map();
    for (const [name, one] of waiting) {
      if (together.length === MOST_TOGETHER) break;
      if (!all) waiting.delete(name);
      if (one.since >= since) together.push(one);
      else one.answer.reject(new DatabaseAway(new Error('nobody was free to ask it in time')));
    }
    return together;
  }

  async #settle(
    realm: RealmKey,
    together: readonly Waiting<Question, Answer>[],
  ): Promise<void> {
    try {
      const answers = await this.askAll(
        realm,
        together.map(({ question }) => question),
      );
      if (answers.length !== together.length) throw new Error('each question has an answer');
      for (const [index, { answer }] of together.entries())
        answer.resolve(answers[index] as Answer | Promise<Answer>);
    } catch (error) {
      for (const { answer } of together) answer.reject(error);
    }
  }
}

function keyOf({ orgId, mode }: RealmKey): string {
  return `${orgId} ${mode}`;
}
