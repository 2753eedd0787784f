import { answerOf } from '@nomo/queues';
import { type ChainableCommander, type Redis } from 'ioredis';
import { encodeBatch, USAGE_QUEUE, type UsageEvent } from './usage-event.js';

/** Beside the queue, in its slot. */
const prefix = `${USAGE_QUEUE.prefix}:usage-open`;
const processesKey = `${prefix}:processes`;
const eventsKey = (processId: string): string => `${prefix}:events:${processId}`;
const aliveKey = (processId: string): string => `${prefix}:alive:${processId}`;

/** A process that says nothing of itself for so long is taken for dead. */
const ALIVE_MS = 8_000;

/** In one step, or an entry that is made in between would be in a hash that nobody knows of. */
const forgetScript = `
  if redis.call('HLEN', KEYS[1]) > 0 then return 0 end
  redis.call('SREM', KEYS[2], ARGV[1])
  redis.call('DEL', KEYS[3])
  return 1`;

/** About as many entries are read at once. */
const PAGE = 500;

/**
 * The usage of requests under way, in Redis: a hash for each process and in it a batch of one for
 * each request, until its event is in the queue or in the table, or turned out to be none.
 */
export class OpenUsage {
  constructor(private readonly redis: Redis) {}

  /**
   * Writes entries and takes others out, in one round trip.
   *
   * @throws Unless all of it is known to be done.
   */
  async change(
    processId: string,
    opened: readonly UsageEvent[],
    closed: readonly string[],
  ): Promise<void> {
    const key = eventsKey(processId);
    const commands = this.redis.multi();
    if (opened.length > 0) {
      const entry = (event: UsageEvent): string[] => [
        event.eventId,
        JSON.stringify(encodeBatch([event])),
      ];
      // With each of them, so that no entry is ever in a hash that nobody knows of.
      commands.sadd(processesKey, processId).hset(key, ...opened.flatMap(entry));
    }
    if (closed.length > 0) commands.hdel(key, ...closed);
    await allOf(commands);
  }

  /** Says that a process lives: what it left open is its own affair. */
  async beat(processId: string): Promise<void> {
    await answerOf(this.redis.set(aliveKey(processId), '', 'PX', ALIVE_MS));
  }

  /** Forgets a process, unless it has left something open. */
  async forget(processId: string): Promise<void> {
    await answerOf(
      this.redis.eval(
        forgetScript,
        3,
        eventsKey(processId),
        processesKey,
        aliveKey(processId),
        processId,
      ),
    );
  }

  /** Whether a process has said lately that it lives. */
  async lives(processId: string): Promise<boolean> {
    return (await answerOf(this.redis.exists(aliveKey(processId)))) > 0;
  }

  /** The processes that are not known to live. */
  async silent(): Promise<string[]> {
    const silent: string[] = [];
    for (const processId of await answerOf(this.redis.smembers(processesKey))) {
      if (!(await this.lives(processId))) silent.push(processId);
    }
    return silent;
  }

  /** Some of what a process left open, by event id, as jobs have it: nothing is checked yet. */
  async leftBy(processId: string): Promise<ReadonlyMap<string, unknown>> {
    const left = new Map<string, unknown>();
    let cursor = '0';
    do {
      const [next, found] = await answerOf(
        this.redis.hscan(eventsKey(processId), cursor, 'COUNT', PAGE),
      );
      for (let index = 0; index + 1 < found.length; index += 2) {
        left.set(found[index] ?? '', parsed(found[index + 1] ?? ''));
      }
      cursor = next;
    } while (cursor !== '0' && left.size < PAGE);
    return left;
  }

  /** How many entries there are, of all processes. */
  async count(): Promise<number> {
    let count = 0;
    for (const processId of await answerOf(this.redis.smembers(processesKey))) {
      count += await answerOf(this.redis.hlen(eventsKey(processId)));
    }
    return count;
  }
}

async function allOf(commands: ChainableCommander): Promise<void> {
  for (const [error] of (await answerOf(commands.exec())) ?? []) {
    if (error !== null) throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
