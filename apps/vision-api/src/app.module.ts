import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { type Config } from './config.js';
import { DatabaseModule } from './database/database.module.js';
import { KeysModule } from './keys/keys.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { RedisModule } from './redis/redis.module.js';
import { rolesOfApi, type ServiceRole } from './roles.js';
import { UsageReportModule } from './usage/usage-report.module.js';

/** What an HTTP process of each sort answers. */
const MODULES: Readonly<Partial<Record<ServiceRole, readonly Type[]>>> = {
  all: [OperationsModule, UsageReportModule, KeysModule, AuditModule],
  vision: [OperationsModule],
  billing: [UsageReportModule],
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
