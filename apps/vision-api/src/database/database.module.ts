import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CONFIG, HealthRegistry } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { urlVariableOf, type Role } from '../roles.js';
import { DatabaseCircuit } from './database-circuit.js';
import { DOORS } from './doors.js';
import { Pools } from './pools.js';
import { StartUpCheck } from './start-up-check.js';

/**
 * The doors of the roles that a process acts in. A module that asks for another one's door
 * keeps the process from starting.
 */
@Module({})
export class DatabaseModule {
  static for(roles: readonly Role[]): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        DatabaseCircuit,
        {
          provide: Pools,
          inject: [CONFIG],
          useFactory: (config: Config) =>
            new Pools(new Map(roles.map((role) => [role, urlOf(config, role)]))),
        },
        {
          provide: StartUpCheck,
          inject: [Pools, { token: HealthRegistry, optional: true }],
          useFactory: (pools: Pools, health?: HealthRegistry) => {
            const check = new StartUpCheck(pools);
            health?.register('database', async () => {
              check.assertPassed();
              // Where the gate is, Redis stands in for PostgreSQL: see GateHealth.
              if (!roles.includes('vision')) await pools.ping();
            });
            return check;
          },
        },
        ...roles.map(doorOf),
      ],
      exports: [DatabaseCircuit, ...roles.map((role) => DOORS[role])],
    };
  }
}

function doorOf(role: Role): Provider {
  const Door = DOORS[role];
  return {
    provide: Door,
    inject: [Pools],
    useFactory: (pools: Pools) => new Door(pools.of(role)),
  };
}

function urlOf(config: Config, role: Role): string {
  const variable = urlVariableOf(role);
  const url = config[variable];
  // The environment is checked for it before any module is made.
  if (url === undefined) throw new Error(`${variable} is not set`);
  return url;
}
