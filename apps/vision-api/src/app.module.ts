import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AuditTrailModule } from './audit/audit-trail.module.js';
import { AuditModule } from './audit/audit.module.js';
import { type Config } from './config.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './database/database.module.js';
import { OwnKeysModule } from './keys/own-keys.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PlaygroundModule } from './playground/playground.module.js';
import { RedisModule } from './redis/redis.module.js';
import { rolesOfApi, type ServiceRole } from './roles.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { KeyUsageModule, UsageReportModule } from './usage/usage-report.module.js';

/** The console, and what its customers reach by program as well. */
const CONSOLE = [
  AuditModule,
  UsageReportModule,
  OwnKeysModule,
  SessionsModule,
  SignInModule,
  AuditTrailModule,
  PlaygroundModule,
  ConsoleModule,
] as const;

/** What an HTTP process of each sort answers. */
const MODULES: Readonly<Partial<Record<ServiceRole, readonly Type[]>>> = {
  all: [OperationsModule, ...CONSOLE],
  vision: [OperationsModule],
  billing: [KeyUsageModule],
  console: CONSOLE,
};

/** Everything that answers HTTP, as far as SERVICE_ROLE lets this process. */
@Module({})
export class AppModule {
  static for({ SERVICE_ROLE: serviceRole }: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.for(rolesOfApi(serviceRole) ?? []),
        RedisModule,
        ...(MODULES[serviceRole] ?? []),
      ],
    };
  }
}
