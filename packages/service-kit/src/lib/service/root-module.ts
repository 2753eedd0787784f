import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { HealthRegistry } from '../../health.js';
import { Metrics } from '../../metrics.js';
import { CONFIG } from '../../service-definition.js';
import { type ServiceConfig } from '../../service-environment.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

/** What the kit gives to every module of a service. */
@Module({})
class KitModule {}

@Module({})
class RootModule {}

/** @returns the application's own module along with what every service has */
export function rootModule(
  application: Type | DynamicModule,
  config: ServiceConfig,
): DynamicModule {
  const kit: DynamicModule = {
    module: KitModule,
    global: true,
    controllers: [HealthController, MetricsController],
    providers: [HealthRegistry, Metrics, { provide: CONFIG, useValue: config }],
    exports: [HealthRegistry, Metrics, CONFIG],
  };
  return { module: RootModule, imports: [kit, application] };
}
