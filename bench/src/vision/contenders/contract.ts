import type { LoopPlan, LoopResult } from '../../frame/closed-loop.ts';
import type { Question } from '../material.ts';

/** What answers questions about pictures. */
export interface Viewer {
  /** Goes once over the whole material and counts the faces, matches, labels or lines in the answers. */
  found(question: Question): Promise<number>;
  /** One call after the other over the whole material: milliseconds for each. */
  pass(question: Question): Promise<number[]>;
  /** The same calls, over and over. */
  loop(plan: LoopPlan & { readonly question: Question }): Promise<LoopResult>;
  /** The lines read on each page. */
  read(argument: null): Promise<string[][]>;
}

/** Our engine also says where its time went. */
export interface EngineViewer extends Viewer {
  timing(question: Question): Promise<Timing>;
}

/** Sums since the engine started, in milliseconds. */
export interface Timing {
  readonly calls: number;
  readonly decode: number;
  readonly session: number;
  readonly total: number;
}
