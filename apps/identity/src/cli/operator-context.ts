import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CONFIG, type Environment, loadConfig } from '@nomo/service-kit';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { workerEnvironment } from '../config.js';
import { DatabaseModule } from '../database/database.module.js';
import { SystemDatabaseModule } from '../database/system-database.module.js';
import { ManagementModule } from '../management/management.module.js';
import { throwRefusedText } from '../management/management.problems.js';
import { OrganizationsOperatorModule } from '../organizations/organizations-operator.module.js';
import { RealmsModule } from '../realms/realms.module.js';
import { ResourceServersModule } from '../resource-servers/resource-servers.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { UsersModule } from '../users/users.module.js';

@Module({})
class ConfigModule {}

@Module({})
class OperatorModule {}

/** What the command line works with: the service's own rules, without HTTP. */
export function operatorModule(environment?: Environment): DynamicModule {
  return {
    module: OperatorModule,
    imports: [
      {
        module: ConfigModule,
        global: true,
        providers: [
          { provide: CONFIG, useFactory: () => loadConfig(workerEnvironment, environment) },
        ],
        exports: [CONFIG],
      },
      AuditModule,
      DatabaseModule,
      SystemDatabaseModule,
      SecretsModule,
      RealmsModule,
      ManagementModule,
      OrganizationsOperatorModule,
      ApplicationsModule,
      ResourceServersModule,
      SigningKeysModule,
      UsersModule,
    ],
  };
}

/** What a command may ask for, by its class. */
export type Operator = Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;

/** Runs one piece of work with the service's own rules, and closes what that took. */
export async function withOperator<Result>(
  work: (operator: Operator) => Promise<Result>,
): Promise<Result> {
  const context = await NestFactory.createApplicationContext(operatorModule(), {
    logger: false,
    abortOnError: false,
  });
  try {
    return await work(context).catch(throwRefusedText);
  } finally {
    await context.close();
  }
}
