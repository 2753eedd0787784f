import { type Redis } from 'ioredis';

/** What Redis does for what it was told, should it or its machine fail. */
export interface RedisDurability {
  /**
   * - `none`: what it was told is in memory alone, or only now and then on the disk.
   * - `second`: it is on the disk within about two seconds. Until then a power cut loses it,
   *   and so may a crash of Redis while the disk is slow: Redis answers, and puts off writing
   *   to its log, as long as an earlier flush of it is under way.
   * - `answer`: it is on the disk before Redis answers.
   */
  readonly log: 'none' | 'second' | 'answer';
  /** Whether Redis throws away keys or jobs to make room for others. */
  readonly evicts: boolean;
}

/** Asks Redis how it is set up. Where a provider forbids CONFIG, `second` is assumed at best. */
export async function readDurability(
  redis: Pick<Redis, 'info' | 'config'>,
): Promise<RedisDurability> {
  const [persistence, memory, flush] = await Promise.all([
    redis.info('persistence'),
    redis.info('memory'),
    redis.config('GET', 'appendfsync').catch(() => undefined),
  ]);
  const always = JSON.stringify(flush ?? []).includes('"always"');
  return {
    log: !/^aof_enabled:1\b/mu.test(persistence) ? 'none' : always ? 'answer' : 'second',
    evicts: !/^maxmemory_policy:noeviction\b/mu.test(memory),
  };
}

/** What is wrong with a set-up, in sentences for the log; none where nothing is. */
export function durabilityWarnings({ log, evicts }: RedisDurability): string[] {
  const warnings: string[] = [];
  if (log === 'none') {
    warnings.push(
      'Redis keeps no append-only log: usage that waits in it is lost when it stops. ' +
        'Set appendonly yes and appendfsync always.',
    );
  }
  if (evicts) {
    warnings.push(
      'Redis may evict revocations, counters and usage to make room. ' +
        'Set maxmemory-policy noeviction.',
    );
  }
  return warnings;
}
