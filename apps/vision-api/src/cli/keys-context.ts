import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CONFIG, loadConfig } from '@nomo/service-kit';
import { auditEvents } from '../audit/audit-events.js';
import { AUDIT } from '../audit/audit.js';
import { commandEnvironment } from '../config.js';
import { DatabaseModule } from '../database/database.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { KeysService } from '../keys/keys.service.js';
import { RedisModule } from '../redis/redis.module.js';

@Global()
@Module({
  imports: [DatabaseModule.for(['keys']), RedisModule, KeysModule],
  providers: [
    { provide: CONFIG, useFactory: () => loadConfig(commandEnvironment('keys')) },
    // The worker's sweeper finds what is recorded here; a command waits for no queue.
    { provide: AUDIT, useValue: auditEvents },
  ],
  exports: [CONFIG, AUDIT],
})
class KeysContext {}

/** Runs one piece of work with the service's own rules about keys, and closes what that took. */
export async function withKeys<Result>(
  work: (keys: KeysService) => Promise<Result>,
): Promise<Result> {
  const context = await NestFactory.createApplicationContext(KeysContext, {
    logger: false,
    abortOnError: false,
  });
  try {
    return await work(context.get(KeysService));
  } finally {
    await context.close();
  }
}
