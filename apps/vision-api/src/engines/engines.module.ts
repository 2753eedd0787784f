import { Inject, Logger, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { CONFIG, HealthRegistry, Metrics } from '@nomo/service-kit';
import { createVisionEngine, type VisionEngine, type VisionLogger } from '@nomo/vision-engine';
import { type Config } from '../config.js';
import { MAX_IMAGE_BYTES } from '../operations/image-input/image-limits.js';
import { registerEngineMetrics } from './engine-metrics.js';

/** Injection token of the {@link VisionEngine} that answers the image questions. */
export const VISION_ENGINE = Symbol('vision engine');

@Module({
  providers: [
    {
      provide: VISION_ENGINE,
      inject: [CONFIG, HealthRegistry, Metrics],
      useFactory: async (
        config: Config,
        health: HealthRegistry,
        metrics: Metrics,
      ): Promise<VisionEngine> => {
        const engine = await createVisionEngine({
          workers: config.ENGINE_WORKERS,
          queueLimit: config.ENGINE_QUEUE_LIMIT,
          deadlineMs: config.ENGINE_DEADLINE_MS,
          // What is recorded of the last answers is flushed after the engine has drained.
          drainMs: Math.floor(config.SHUTDOWN_TIMEOUT_MS * 0.8),
          maxBytes: MAX_IMAGE_BYTES,
          logger: engineLogger(new Logger('VisionEngine')),
        });
        // Not awaited at start: the process answers /health/live while its models warm up,
        // and /health/ready says when it may be sent requests.
        let reason: Error | undefined = new Error('the models are warming up');
        engine.ready().then(
          () => {
            reason = undefined;
          },
          (error: unknown) => {
            reason = new Error('the models could not be loaded', { cause: error });
          },
        );
        health.register('engine', async () => {
          if (reason !== undefined) await Promise.reject(reason);
        });
        registerEngineMetrics(metrics, engine);
        return engine;
      },
    },
  ],
  exports: [VISION_ENGINE],
})
export class EnginesModule implements BeforeApplicationShutdown {
  constructor(@Inject(VISION_ENGINE) private readonly engine: VisionEngine) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.close();
  }
}

/** The engine's remarks as lines of the service's log. */
function engineLogger(logger: Logger): VisionLogger {
  return {
    info: (details, message) => {
      logger.log(details, message);
    },
    warn: (details, message) => {
      logger.warn(details, message);
    },
  };
}
