import type { LoopPlan, LoopResult } from '../../frame/closed-loop.ts';

/** Where a contender answers, and the keys that it lets pass. */
export interface Served {
  readonly origin: string;
  readonly keys: readonly string[];
}

/** What checks API keys: called directly, and before `GET /checked`. */
export interface KeyChecker {
  /** Checks keys in a loop inside the process. */
  check(plan: LoopPlan): Promise<LoopResult>;
  served(argument: null): Promise<Served>;
}

/** Our gate also stands in a whole service: before `GET /gated`, and not before `GET /open`. */
export interface GatedService extends KeyChecker {
  service(argument: null): Promise<Served>;
}

/** What counts against a limit. */
export interface Limiter {
  consume(plan: LoopPlan): Promise<LoopResult>;
}
