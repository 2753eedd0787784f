import type { LoopPlan, LoopResult } from '../../frame/closed-loop.ts';

/** What checks API keys: called directly, and over HTTP. */
export interface KeyChecker {
  /** Checks keys in a loop inside the process. */
  check(plan: LoopPlan): Promise<LoopResult>;
  /** Where `GET /checked` answers, and the keys that it lets pass. */
  served(argument: null): Promise<{ origin: string; keys: string[] }>;
}

/** What counts against a limit. */
export interface Limiter {
  consume(plan: LoopPlan): Promise<LoopResult>;
}
