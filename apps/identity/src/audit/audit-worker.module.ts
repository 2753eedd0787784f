import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AuditWorker } from '@nomo/audit';
import { CONFIG } from '@nomo/service-kit';
import { type WorkerConfig } from '../config.js';
import { System } from '../database/database.js';
import { AUDIT_QUEUE_PREFIX } from './audit-queue.js';

/** Chains the audit events of all organizations. */
@Injectable()
class AuditChains implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private worker: AuditWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: WorkerConfig,
    private readonly system: System,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = new AuditWorker({
      database: this.system,
      prefix: AUDIT_QUEUE_PREFIX,
      // A worker has nothing better to do than to wait for Redis.
      connection: { url: this.config.REDIS_URL, maxRetriesPerRequest: null },
      onProblem: ({ kind, message, error }) => {
        this.logger.error(
          { kind, ...(error instanceof Error && { reason: error.message }) },
          message,
        );
      },
      onRecovered: ({ kind, message }) => {
        this.logger.log({ kind }, message);
      },
    });
  }

  /** Finishes the page under way while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }
}

@Module({ providers: [AuditChains] })
export class AuditWorkerModule {}
