import { Injectable } from '@nestjs/common';
import { bucketKey, Limits, LimitsUnavailable, LocalBucket, networkOf } from '@nomo/limits';
import { sha256Digest } from '@nomo/security-core';
import { Problem } from '@nomo/service-kit';
import { Redis } from 'ioredis';

/** Ten wrong guesses at one application from one place at once, then ten a minute. */
const OF_CLIENT = { ratePerSecond: 10 / 60, burst: 10 };
/** From one place at all applications. Many may share an address. */
const OF_PLACE = { ratePerSecond: 1, burst: 100 };
const MOST_REMEMBERED = 10_000;

interface Place {
  readonly address: string;
  readonly clientId: string | undefined;
}

/**
 * Bounds how often applications may fail to authenticate, so that leaked lists of secrets cannot
 * be tried out here. Failures are counted in Redis for all processes together; whoever has had
 * too many is turned away before their next secret is looked at. Applications that never fail
 * cost nothing. While Redis is away each process counts by itself.
 */
@Injectable()
export class ClientFailures {
  private readonly limits: Limits;
  /** Until when somebody is turned away, in milliseconds of this process. */
  private readonly blocked = new Map<string, number>();
  private readonly local = new Map<string, LocalBucket>();

  constructor(redis: Redis) {
    this.limits = new Limits(redis);
  }

  /** @throws {Problem} 429 with Retry-After */
  check(place: Place): void {
    if (this.blocked.size === 0) return;
    const now = performance.now();
    for (const [key] of bucketsOf(place)) {
      const until = this.blocked.get(key);
      if (until === undefined) continue;
      if (until > now) throw tooMany(until - now);
      this.blocked.delete(key);
    }
  }

  /** Counts a failure. @throws {Problem} 429: then the caller does not say that it failed */
  async note(place: Place): Promise<void> {
    let longest = 0;
    for (const [key, bucket] of bucketsOf(place)) {
      const retryAfterMs = await this.take(key, bucket);
      if (retryAfterMs > 0) remember(this.blocked, key, performance.now() + retryAfterMs);
      longest = Math.max(longest, retryAfterMs);
    }
    if (longest > 0) throw tooMany(longest);
  }

  private async take(key: string, bucket: typeof OF_CLIENT): Promise<number> {
    try {
      const verdict = await this.limits.check({ bucket: { key, ...bucket } });
      return verdict.bucket.allowed ? 0 : verdict.bucket.retryAfterMs;
    } catch (error) {
      if (!(error instanceof LimitsUnavailable)) throw error;
      const local = this.local.get(key) ?? new LocalBucket(bucket);
      remember(this.local, key, local);
      const verdict = local.take();
      return verdict.allowed ? 0 : verdict.retryAfterMs;
    }
  }
}

function bucketsOf({ address, clientId }: Place): [string, typeof OF_CLIENT][] {
  const place = networkOf(address);
  const buckets: [string, typeof OF_CLIENT][] = [[keyOf('place', place), OF_PLACE]];
  if (clientId !== undefined) buckets.push([keyOf('client', place, clientId), OF_CLIENT]);
  return buckets;
}

/** Of one length, whatever a client sends. */
function keyOf(...parts: string[]): string {
  const digest = Buffer.from(sha256Digest(JSON.stringify(parts))).toString('base64url');
  return bucketKey(`oauth-failures:${digest}`);
}

/** The oldest make room: whoever fills the memory is turned away by their place. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MOST_REMEMBERED) map.delete(oldest);
  map.set(key, value);
}

function tooMany(waitMs: number): Problem {
  return new Problem({
    status: 429,
    code: 'too_many_failures',
    detail:
      'Too many requests with credentials that are not right. Until Retry-After is over the right ones are turned away as well.',
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1_000))) },
  });
}
