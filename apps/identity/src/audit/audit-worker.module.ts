import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditWorker, Checkpointer } from '@nomo/audit';
import { checkpointsOf } from '@nomo/audit/environment';
import { AuditMetrics } from '@nomo/audit/metrics';
import { workerConnection } from '@nomo/queues';
import { CONFIG, Metrics } from '@nomo/service-kit';
import { type WorkerConfig } from '../config.js';
import { System } from '../database/database.js';
import { AUDIT_QUEUE_PREFIX } from './audit-queue.js';

/** Chains the audit events of all organizations, and signs where the chains stand. */
@Injectable()
class AuditChains implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private worker: AuditWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: WorkerConfig,
    private readonly system: System,
    private readonly metrics: AuditMetrics,
  ) {}

  onApplicationBootstrap(): void {
    const { metrics } = this;
    const checkpointer = this.checkpointer();
    if (checkpointer === undefined) {
      this.logger.warn(
        'No audit checkpoints are signed: set AUDIT_CHECKPOINTS and AUDIT_CHECKPOINT_KEY, or a chain that is cut off cannot be told from a short one',
      );
    }
    this.worker = new AuditWorker({
      database: this.system,
      prefix: AUDIT_QUEUE_PREFIX,
      connection: workerConnection(this.config.REDIS_URL),
      ...(checkpointer !== undefined && { checkpointer }),
      onProblem: ({ kind, message, error }) => {
        metrics.problem(kind);
        this.logger.error(
          { kind, ...(error instanceof Error && { reason: error.message }) },
          message,
        );
      },
      onRecovered: ({ kind, message }) => {
        this.logger.log({ kind }, message);
      },
      onDrained: (_orgId, page) => {
        metrics.chained(page.chained);
      },
      onCheckpoint: () => {
        metrics.checkpointed();
      },
      onOutbox: (state) => {
        metrics.outbox(state);
      },
    });
  }

  /** Finishes the page under way while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  private checkpointer(): Checkpointer | undefined {
    const checkpoints = checkpointsOf(this.config);
    if (checkpoints?.privateKey === undefined) return undefined;
    const { store, privateKey } = checkpoints;
    return new Checkpointer({ database: this.system, store, privateKey });
  }
}

@Module({
  providers: [
    AuditChains,
    {
      provide: AuditMetrics,
      inject: [Metrics],
      useFactory: ({ registry }: Metrics) => new AuditMetrics(registry),
    },
  ],
})
export class AuditWorkerModule {}
