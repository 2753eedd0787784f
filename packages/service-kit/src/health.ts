import { Injectable, Logger } from '@nestjs/common';

/** Resolves when the thing works; throws, or lets the signal abort, when it does not. */
export type HealthCheck = (signal: AbortSignal) => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  /** The public names of the checks that fail; `shutdown` while the service is stopping. */
  readonly notReady: readonly string[];
}

interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  failing: boolean;
  everReady: boolean;
}

// Shorter than the few seconds that orchestrators allow a probe.
const DEFAULT_TIMEOUT_MS = 2_000;

/** What has to work for this process to be sent requests. */
@Injectable()
export class HealthRegistry {
  private readonly logger = new Logger('Health');
  private readonly checks = new Map<string, RegisteredCheck>();
  private running: Promise<Readiness> | undefined;
  private stopping = false;

  /**
   * @param name shown to the public when the check fails: a role such as `database`
   * @throws {Error} when the name is taken
   */
  register(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    if (this.checks.has(name)) throw new Error(`There is a health check ${name} already.`);
    this.checks.set(name, { check, timeoutMs, failing: false, everReady: false });
  }

  /** From here on the service is not ready, whatever its checks say. */
  beginShutdown(): void {
    this.stopping = true;
  }

  /**
   * Runs all checks at once. Callers that come while they run share the result, so that
   * probing costs the database no more than one probe at a time.
   */
  async readiness(): Promise<Readiness> {
    if (this.stopping) return { ready: false, notReady: ['shutdown'] };
    this.running ??= this.runChecks().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async runChecks(): Promise<Readiness> {
    const outcomes = await Promise.all(
      [...this.checks].map(async ([name, registered]) => {
        const failure = await failureOf(registered);
        this.logChange(name, registered, failure);
        return failure === undefined ? [] : [name];
      }),
    );
    const notReady = outcomes.flat();
    return { ready: notReady.length === 0, notReady };
  }

  /** Probes come every few seconds: only a change is worth a line. */
  private logChange(name: string, registered: RegisteredCheck, failure: unknown): void {
    const failing = failure !== undefined;
    if (failing && !registered.failing) {
      // Being away, or not there yet, is no fault of this code: a stack would only hide why.
      const reason = failure instanceof Error ? failure.message : 'no reason was given';
      this.logger.warn({ reason }, `${name} is not ready`);
    }
    if (!failing && registered.failing) {
      this.logger.log(registered.everReady ? `${name} is ready again` : `${name} is ready`);
    }
    registered.failing = failing;
    registered.everReady ||= !failing;
  }
}

/** @returns why the check failed; undefined when it did not */
async function failureOf({ check, timeoutMs }: RegisteredCheck): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  const timedOut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    });
  });
  try {
    await Promise.race([Promise.resolve().then(() => check(signal)), timedOut]);
    return undefined;
  } catch (error) {
    return error ?? new Error('the check failed without a reason');
  }
}
