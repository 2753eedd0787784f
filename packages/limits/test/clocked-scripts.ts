import type { Redis } from 'ioredis';

import { writeScripts, type Script } from '../src/lib/scripts.js';

/** The production scripts around a clock that each call sets, in microseconds since 1970. */
export class ClockedScripts {
  readonly #scripts = writeScripts('{ARGV[#ARGV - 1], ARGV[#ARGV]}');
  readonly #redis: Redis;
  readonly #lasting: boolean;
  now: number;

  /**
   * @param lasting - Takes off the expiry of what a script stores. It is by Redis' own clock,
   *   which goes on while ours stands: on a busy machine a bucket would be gone before its time.
   */
  constructor(redis: Redis, now: number, { lasting = false } = {}) {
    this.#redis = redis;
    this.#lasting = lasting;
    this.now = now;
  }

  /** `left` >= 0: passed, so many more would; < 0: refused, -left milliseconds to wait. */
  async takeToken(
    key: string,
    interval: number,
    burst: number,
  ): Promise<{ left: number; receipt: number[] }> {
    const reply = await this.#run(this.#scripts.takeToken, key, interval, burst);
    const [left, ...receipt] = reply as [number, ...number[]];
    return { left, receipt };
  }

  async giveTokenBack(key: string, interval: number, receipt: number[]): Promise<void> {
    await this.#run(this.#scripts.giveTokenBack, key, interval, ...receipt);
  }

  async countRequest(key: string, limit: number): Promise<[number, number, number]> {
    return (await this.#run(this.#scripts.countRequest, key, limit)) as [
      number,
      number,
      number,
    ];
  }

  async giveRequestBack(key: string, day: number): Promise<void> {
    const { lua } = this.#scripts.giveRequestBack;
    await this.#redis.eval(lua, 1, key, day);
  }

  async readQuota(key: string): Promise<[number, number]> {
    return (await this.#run(this.#scripts.readQuota, key)) as [number, number];
  }

  async raiseCount(key: string, used: number, day: number): Promise<[number, number]> {
    return (await this.#run(this.#scripts.raiseCount, key, used, day)) as [number, number];
  }

  async #run(script: Script, key: string, ...args: number[]): Promise<unknown> {
    const time = [Math.floor(this.now / 1e6), this.now % 1e6];
    const commands = this.#redis.multi().eval(script.lua, 1, key, ...args, ...time);
    if (this.#lasting) commands.persist(key);
    const [error, reply] = (await commands.exec())?.[0] ?? [new Error('Redis gave no reply')];
    if (error !== null) throw error;
    return reply;
  }
}
