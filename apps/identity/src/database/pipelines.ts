import { type OnApplicationShutdown } from '@nestjs/common';
import {
  type Answer,
  type PipelinedTransaction,
  type Statement,
  TenantPipeline,
} from '@nomo/tenancy';
import { DatabaseAway, isDatabaseAway } from './database-away.js';

/** Puts questions to PostgreSQL: in a transaction that is open, or outside of any. */
export interface Asks {
  /** @returns what each answered, in order */
  ask(...statements: readonly Statement[]): Promise<readonly Answer[]>;
}

/** The rows that one statement answers with. */
export async function rowsOf<Row>(
  asks: Asks,
  text: string,
  values: NonNullable<Statement['values']>,
): Promise<readonly Row[]> {
  const [answer] = await asks.ask({ text, values });
  return (answer?.rows ?? []) as readonly Row[];
}

/** The one row that a statement answers with, if it does. */
export async function firstRow<Row extends object>(
  asks: Asks,
  text: string,
  values: NonNullable<Statement['values']>,
): Promise<Row | undefined> {
  return (await rowsOf<Row>(asks, text, values))[0];
}

/**
 * The door to the tables of organizations for the OAuth endpoints and for signing in: many
 * statements in one round trip, past Prisma (docs/decisions/0013). While PostgreSQL is away it
 * says so by a 503.
 */
export class Pipelines implements OnApplicationShutdown {
  readonly #pipeline: TenantPipeline;

  constructor(connectionString: string, onCallbackError: (error: unknown) => void) {
    this.#pipeline = new TenantPipeline(
      {
        connectionString,
        // For questions, and as many for transactions: most are two or three round trips long.
        max: 10,
        connectionTimeoutMillis: 5_000,
        // No question of ours takes seconds; one that does must not hold a connection.
        statement_timeout: 10_000,
      },
      { onCallbackError },
    );
  }

  /** As `TenantPipeline.atOnce`. */
  atOnce(orgId: string, statements: readonly Statement[]): Promise<readonly Answer[]> {
    return orAway(this.#pipeline.atOnce(orgId, statements));
  }

  /** As `TenantPipeline.atOnceWithoutTenant`. */
  atOnceWithoutTenant(statements: readonly Statement[]): Promise<readonly Answer[]> {
    return orAway(this.#pipeline.atOnceWithoutTenant(statements));
  }

  /** Asks by {@link atOnce}: each question is a round trip, and a transaction of its own. */
  of(orgId: string): Asks {
    return { ask: (...statements) => this.atOnce(orgId, statements) };
  }

  /** As `TenantPipeline.withTenant`. */
  withTenant<R>(orgId: string, work: (tx: PipelinedTransaction) => Promise<R>): Promise<R> {
    return orAway(this.#pipeline.withTenant(orgId, work));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pipeline.close();
  }
}

async function orAway<R>(result: Promise<R>): Promise<R> {
  try {
    return await result;
  } catch (error) {
    if (isDatabaseAway(error)) throw new DatabaseAway(error);
    throw error;
  }
}
