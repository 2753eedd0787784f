import { addAuditCommands } from '@nomo/audit/cli';
import { Checkpointer } from '@nomo/audit';
import { checkpointsOf } from '@nomo/audit/environment';
import { loadConfig } from '@nomo/service-kit';
import { type Command } from 'commander';
import { commandEnvironment } from '../config.js';
import { WorkerDatabase } from '../database/doors.js';
import { Pools } from '../database/pools.js';

/** Adds `audit verify|export|checkpoint`, signed in as the worker: the chains are its own. */
export function addAuditCommand(program: Command): void {
  addAuditCommands(program, {
    async withAudit(work) {
      const config = loadConfig(commandEnvironment('worker'));
      const pools = new Pools(new Map([['worker', config.DATABASE_URL_WORKER ?? '']]));
      try {
        const database = new WorkerDatabase(pools.of('worker'));
        const checkpoints = checkpointsOf(config);
        if (checkpoints === undefined) return await work({ database });
        const { store, privateKey } = checkpoints;
        return await work({
          database,
          checkpoints,
          ...(privateKey && {
            checkpointer: new Checkpointer({ database, store, privateKey }),
          }),
        });
      } finally {
        await pools.onApplicationShutdown();
      }
    },
  });
}
