import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ConfigError, type ConfigIssue } from '@nomo/service-kit';
import { checkTenancy } from '@nomo/tenancy';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseRoleOf, urlVariableOf, type Role } from '../roles.js';
import { type Pools } from './pools.js';
import { TENANCY_RULES } from './tenancy-rules.js';

const RETRY_MS = 1_000;

/**
 * Keeps a process from working with a database that does not hold it to its role: signed in
 * as somebody else, or where a table of a tenant lies open.
 *
 * While PostgreSQL is away nothing can be checked, and nothing be done either: the process
 * starts, is not ready, and checks as soon as it can.
 */
export class StartUpCheck implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Database');
  private passed = false;
  private stopping = false;

  constructor(private readonly pools: Pools) {}

  /** @throws Error until the check has passed */
  assertPassed(): void {
    if (!this.passed) throw new Error('the roles of the database are not checked yet');
  }

  /** @throws {ConfigError} naming everything that is wrong, and what cures it */
  async onModuleInit(): Promise<void> {
    if (await this.attempt()) return;
    // What is found later ends the process: nobody waits for this promise.
    void this.checkLater();
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async checkLater(): Promise<void> {
    do await sleep(RETRY_MS, undefined, { ref: false });
    while (!this.stopping && !(await this.attempt()));
  }

  /** @returns whether PostgreSQL could be asked, and all is well */
  private async attempt(): Promise<boolean> {
    const issues: ConfigIssue[] = [];
    try {
      // All roles lead to one database, as a rule: what is wrong with it is said once.
      const said = new Set<string>();
      for (const role of this.pools.roles) {
        const found = await this.check(role);
        issues.push(...found.filter(({ message }) => !said.has(message)));
        for (const { message } of found) said.add(message);
      }
    } catch (error) {
      if (this.stopping) return false;
      this.logger.warn(error, 'The roles of the database could not be checked yet');
      return false;
    }
    if (issues.length > 0) throw new ConfigError(issues);
    this.passed = true;
    return true;
  }

  /** Whoever is signed in may read the catalog, so each database is asked by whom it holds. */
  private async check(role: Role): Promise<ConfigIssue[]> {
    const pool = this.pools.of(role);
    const variable = urlVariableOf(role);
    const wanted = databaseRoleOf(role);
    const [session] = await pool.$queryRaw<{ name: string }[]>`
      SELECT current_user::text AS name`;
    if (session?.name !== wanted) {
      const message = `signs in as ${session?.name ?? 'nobody'}, whom nothing holds to this function: let it sign in as ${wanted}`;
      return [{ variable, message }];
    }
    const findings = await checkTenancy(
      (sql, params) => pool.$queryRawUnsafe(sql, ...params),
      TENANCY_RULES,
    );
    return findings.map(({ message }) => ({
      variable,
      message: `leads to a database that does not keep customers apart. ${message} Run "prisma migrate deploy", or undo what was changed by hand; until then nothing is served`,
    }));
  }
}
