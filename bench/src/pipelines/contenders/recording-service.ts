import 'reflect-metadata';
import { Controller, type DynamicModule, Get } from '@nestjs/common';
import { createService } from '@nomo/service-kit';
import { AuditModule } from '@nomo/vision-api/dist/audit/audit.module.js';
import { DatabaseModule } from '@nomo/vision-api/dist/database/database.module.js';
import { visionApi } from '@nomo/vision-api/dist/definition.js';
import { RequiresApiKey } from '@nomo/vision-api/dist/gate/gate.guard.js';
import { GateModule } from '@nomo/vision-api/dist/gate/gate.module.js';
import { KeysModule } from '@nomo/vision-api/dist/keys/keys.module.js';
import { KeysService } from '@nomo/vision-api/dist/keys/keys.service.js';
import { RedisModule } from '@nomo/vision-api/dist/redis/redis.module.js';
import { RecordsUsage } from '@nomo/vision-api/dist/usage/usage.interceptor.js';
import { UsageModule } from '@nomo/vision-api/dist/usage/usage.module.js';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { serve } from '../../frame/serve.ts';
import { percentile } from '../../frame/statistics.ts';
import type { Environment } from '../../service/vision-api.ts';
import { ENGINE_MS, type RecordingService } from './contract.ts';

const REQUIREMENT = { scope: 'faces:detect', metered: true } as const;

/** As many keys as keep the rows of two calls under way from being the same one, mostly. */
const KEYS = 64;

const answer = { ok: true } as const;
const Answer = z.object({ ok: z.literal(true) });

/**
 * vision-api with its own gate, stores and usage, and routes with handlers that do nothing or
 * only wait, each once with its use recorded and once without.
 */
serve<Environment, RecordingService>(async (environment) => {
  const service = await createService(
    { ...visionApi, module: routes },
    // The log lines are made, as always; only that they are read is left out.
    { environment: { ...environment, PORT: '0' }, logDestination: { write: () => undefined } },
  );
  const keyring = service.app.get(KeysService, { strict: false });
  const keys: string[] = [];
  for (let i = 0; i < KEYS; i++) {
    const { key } = await keyring.create(
      'recording@example.com',
      { mode: 'test', name: `bench ${i}`, scopes: [REQUIREMENT.scope], expiresAt: undefined },
      { actor: { type: 'operator', id: 'bench' } },
    );
    keys.push(key.reveal());
  }
  const redis = new Redis(environment.REDIS_URL);
  return {
    methods: {
      served: () => Promise.resolve({ origin: service.url, keys }),
      bareWrites: (calls) => bareWrites(redis, calls),
    },
    close: async () => {
      redis.disconnect();
      await service.close();
    },
  };
});

/** Of a record of one request, with what BullMQ puts round it. */
const RECORD_BYTES = 400;
/** Half of a crowd that each waits for the engine. */
const BETWEEN_MS = 6;

async function bareWrites(redis: Redis, calls: number): Promise<number> {
  const record = randomBytes(RECORD_BYTES);
  const taken: number[] = [];
  for (let call = 0; call < calls; call++) {
    const begin = performance.now();
    await redis.rpush('bare-writes', record);
    taken.push(performance.now() - begin);
    await sleep(BETWEEN_MS);
  }
  await redis.del('bare-writes');
  return percentile(taken, 0.5);
}

/**
 * The decorators are called as the functions they are: Node strips types, and decorators
 * are none.
 */
function routes(): DynamicModule {
  class Routes {
    silent(): typeof answer {
      return answer;
    }

    recorded(): typeof answer {
      return answer;
    }

    async silentWork(): Promise<typeof answer> {
      await sleep(ENGINE_MS);
      return answer;
    }

    async recordedWork(): Promise<typeof answer> {
      await sleep(ENGINE_MS);
      return answer;
    }
  }
  const decorate = (
    name: keyof Routes,
    path: string,
    ...decorators: MethodDecorator[]
  ): void => {
    const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, name);
    if (!descriptor) return;
    for (const each of [Get(path), RequiresApiKey(REQUIREMENT), ...decorators])
      each(Routes.prototype, name, descriptor);
  };
  const recorded = RecordsUsage(REQUIREMENT.scope, Answer);
  Controller()(Routes);
  decorate('silent', 'silent');
  decorate('recorded', 'recorded', recorded);
  decorate('silentWork', 'silent-work');
  decorate('recordedWork', 'recorded-work', recorded);

  return {
    module: UsageModule,
    imports: [
      DatabaseModule.for(['vision', 'keys']),
      RedisModule,
      AuditModule,
      GateModule,
      KeysModule,
    ],
    controllers: [Routes],
  };
}
