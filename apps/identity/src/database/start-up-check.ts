import { Logger, type OnModuleInit } from '@nestjs/common';
import { ConfigError, type ConfigIssue } from '@nomo/service-kit';
import { checkTenancy } from '@nomo/tenancy';
import { type Database } from './database.js';
import { TENANCY_RULES } from './tenancy-rules.js';

/**
 * Keeps a process from working with a database that does not hold it to its role: signed in as
 * somebody else, or where a table of an organization lies open.
 *
 * While PostgreSQL is away nothing can be checked, and nothing be done either: the process
 * starts, is not ready, and checks as soon as it is asked whether it is.
 */
export class StartUpCheck implements OnModuleInit {
  private readonly logger = new Logger('Database');
  private passed = false;

  constructor(
    private readonly database: Database,
    private readonly expected: { readonly role: string; readonly variable: string },
  ) {}

  /** @throws {ConfigError} naming everything that is wrong, and what cures it */
  async onModuleInit(): Promise<void> {
    try {
      await this.assertPassed();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      this.logger.warn(error, 'The database could not be checked yet');
    }
  }

  /** Resolves once the database was found to be as it has to be. */
  async assertPassed(): Promise<void> {
    if (this.passed) return;
    const issues = await this.check();
    if (issues.length > 0) throw new ConfigError(issues);
    this.passed = true;
  }

  private async check(): Promise<ConfigIssue[]> {
    const { role, variable } = this.expected;
    const [session] = await this.database.$queryRaw<{ name: string }[]>`
      SELECT current_user::text AS name`;
    if (session?.name !== role) {
      const message = `signs in as ${session?.name ?? 'nobody'}, whom nothing holds to one organization: let it sign in as ${role}`;
      return [{ variable, message }];
    }
    const findings = await checkTenancy(
      (sql, params) => this.database.$queryRawUnsafe(sql, ...params),
      TENANCY_RULES,
    );
    return findings.map(({ message }) => ({
      variable,
      message: `leads to a database that does not keep organizations apart. ${message} Run "prisma migrate deploy", or undo what was changed by hand; until then nothing is served`,
    }));
  }
}
