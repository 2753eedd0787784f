import 'reflect-metadata';
import { Controller, type DynamicModule, Get } from '@nestjs/common';
import { createService } from '@nomo/service-kit';
import { AuditModule } from '@nomo/vision-api/dist/audit/audit.module.js';
import { DatabaseModule } from '@nomo/vision-api/dist/database/database.module.js';
import { visionApi } from '@nomo/vision-api/dist/definition.js';
import { RequiresApiKey } from '@nomo/vision-api/dist/gate/gate.guard.js';
import { GateModule } from '@nomo/vision-api/dist/gate/gate.module.js';
import { Gate } from '@nomo/vision-api/dist/gate/gate.service.js';
import { KeysModule } from '@nomo/vision-api/dist/keys/keys.module.js';
import { KeysService } from '@nomo/vision-api/dist/keys/keys.service.js';
import { keyInHeader } from '@nomo/vision-api/dist/keys/presented-key.js';
import { RedisModule } from '@nomo/vision-api/dist/redis/redis.module.js';
import { closedLoop } from '../../frame/closed-loop.ts';
import { serve } from '../../frame/serve.ts';
import type { Environment } from '../../service/vision-api.ts';
import { serveRoutes } from '../routes.ts';
import type { GatedService } from './contract.ts';

export interface NomoslySetup {
  readonly environment: Environment;
  readonly keys: number;
}

/** What every operation on images asks of a key. */
const REQUIREMENT = { scope: 'faces:detect', metered: true } as const;

/**
 * vision-api with its own gate, its stores and all that the service kit puts round a
 * request, but with two routes that do nothing in place of its own: what is left is the
 * cost of the gate.
 */
serve<NomoslySetup, GatedService>(async ({ environment, keys }) => {
  const service = await createService(
    { ...visionApi, module: twoRoutes },
    // The log lines are made, as always; only that they are read is left out.
    { environment: { ...environment, PORT: '0' }, logDestination: { write: () => undefined } },
  );

  const keyring = service.app.get(KeysService, { strict: false });
  const made: string[] = [];
  for (let i = 0; i < keys; i++) {
    const { key } = await keyring.create(
      'bench@example.com',
      {
        mode: 'test',
        name: `bench ${i}`,
        scopes: [REQUIREMENT.scope],
        expiresAt: undefined,
      },
      { actor: { type: 'operator', id: 'bench' } },
    );
    made.push(key.reveal());
  }

  const gate = service.app.get(Gate, { strict: false });
  const check = async (key: string): Promise<void> => {
    await gate.admit(keyInHeader(key), REQUIREMENT);
  };
  const bare = await serveRoutes(check);
  return {
    methods: {
      check: (plan) => closedLoop(plan, (index) => check(made[index % made.length] ?? '')),
      served: () => Promise.resolve({ origin: bare.origin, keys: made }),
      service: () => Promise.resolve({ origin: service.url, keys: made }),
    },
    close: async () => {
      await bare.close();
      await service.close();
    },
  };
});

/**
 * The decorators are called as the functions they are: Node strips types, and decorators
 * are none.
 */
function twoRoutes(): DynamicModule {
  class Routes {
    open(): { ok: true } {
      return { ok: true };
    }

    gated(): { ok: true } {
      return { ok: true };
    }
  }
  const decorate = (name: 'open' | 'gated', ...decorators: MethodDecorator[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, name);
    if (descriptor) for (const each of decorators) each(Routes.prototype, name, descriptor);
  };
  Controller()(Routes);
  decorate('open', Get('open'));
  decorate('gated', Get('gated'), RequiresApiKey(REQUIREMENT));

  return {
    module: GateModule,
    imports: [DatabaseModule.for(['vision', 'keys']), RedisModule, KeysModule, AuditModule],
    controllers: [Routes],
  };
}
