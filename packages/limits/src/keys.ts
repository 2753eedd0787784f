/**
 * The Redis key of a bucket, `bucket:{name}`. The braces are a hash tag: what stands in them
 * decides the slot on Redis Cluster, so everything about one subject lies together.
 */
export function bucketKey(name: string): string {
  return `bucket:{${name}}`;
}

/**
 * The Redis key of a daily quota, `quota:{subject}`. It does not name the day: the host that
 * counts would have to agree with the host that names the key on when midnight is. The day
 * stands inside, written by the clock that decides.
 */
export function quotaKey(subject: string): string {
  return `quota:{${subject}}`;
}
