import { type App } from '../apps.ts';
import { type Layout } from '../layout.ts';
import { type Progress } from '../progress.ts';
import { type Settings } from '../settings.ts';

/** What every command works with. */
export interface Context {
  readonly layout: Layout;
  readonly settings: Settings;
  readonly apps: readonly App[];
  readonly progress: Progress;
  /** Aborted, with `Interrupted` as its reason, when the run is to end early. */
  readonly signal: AbortSignal;
}
