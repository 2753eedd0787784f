import { type INestApplicationContext } from '@nestjs/common';
import { type Logger } from 'pino';

/** A service or worker that runs. */
export interface Running {
  /** Where it answers to HTTP, as its own machine sees it; undefined when it does not. */
  readonly url: string | undefined;
  /** Where plain HTTP is led to HTTPS, when it is. */
  readonly redirectUrl: string | undefined;
  /** The Nest application, for what tests want to look up in it. */
  readonly app: INestApplicationContext;
  readonly logger: Logger;
  /** Sees to it that every log line so far is written. */
  readonly flush: () => void;
  /**
   * Finishes what runs, for as long as SHUTDOWN_TIMEOUT_MS allows, and stops.
   *
   * @returns whether everything could finish
   */
  readonly close: () => Promise<boolean>;
}

/** A {@link Running} service that answers to HTTP. */
export interface RunningService extends Running {
  readonly url: string;
}
