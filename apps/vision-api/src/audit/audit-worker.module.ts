import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditWorker, Checkpointer } from '@nomo/audit';
import { checkpointsOf } from '@nomo/audit/environment';
import { AuditMetrics } from '@nomo/audit/metrics';
import { workerConnection } from '@nomo/queues';
import { CONFIG, Metrics } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { WorkerDatabase } from '../database/doors.js';
import { AUDIT_QUEUE_PREFIX } from './audit.js';

/** Chains the audit events of all customers, and signs where the chains stand. */
@Injectable()
class AuditTrail implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private worker: AuditWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: WorkerDatabase,
    private readonly metrics: AuditMetrics,
  ) {}

  /** After the database has been found to hold this process to its role. */
  onApplicationBootstrap(): void {
    const { database, logger, metrics } = this;
    const checkpointer = this.checkpointer();
    if (checkpointer === undefined) {
      logger.warn(
        'No audit checkpoints are signed: set AUDIT_CHECKPOINTS and AUDIT_CHECKPOINT_KEY, or a chain that is cut off cannot be told from a short one',
      );
    }
    this.worker = new AuditWorker({
      database,
      prefix: AUDIT_QUEUE_PREFIX,
      connection: workerConnection(this.config.REDIS_URL),
      ...(checkpointer !== undefined && { checkpointer }),
      onProblem: ({ kind, message, error }) => {
        metrics.problem(kind);
        logger.error(
          { kind, ...(error instanceof Error && { reason: error.message }) },
          message,
        );
      },
      onRecovered: ({ kind, message }) => {
        logger.log({ kind }, message);
      },
      onDrained: (_tenantId, page) => {
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
    return new Checkpointer({ database: this.database, store, privateKey });
  }
}

@Module({
  providers: [
    AuditTrail,
    {
      provide: AuditMetrics,
      inject: [Metrics],
      useFactory: ({ registry }: Metrics) => new AuditMetrics(registry),
    },
  ],
})
export class AuditWorkerModule {}
