/** From this share on a limit is near. */
const NEAR = 0.8;

interface Fill {
  /** 0..1 */
  readonly share: number;
  readonly level: 'free' | 'near' | 'reached';
}

/** How full a limit is. One of nothing is reached from the beginning. */
export function fillOf(value: number, max: number): Fill {
  const share = max > 0 ? Math.min(1, value / max) : 1;
  if (share >= 1) return { share, level: 'reached' };
  return { share, level: share >= NEAR ? 'near' : 'free' };
}
