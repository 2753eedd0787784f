import { Checkpointer } from '@nomo/audit';
import { addAuditCommands } from '@nomo/audit/cli';
import { checkpointsOf } from '@nomo/audit/environment';
import { CONFIG } from '@nomo/service-kit';
import { type Command } from 'commander';
import { type WorkerConfig } from '../config.js';
import { System } from '../database/database.js';
import { withOperator } from './operator-context.js';

/** Adds `audit verify|export|checkpoint`, signed in as the worker: the chains are its own. */
export function addAuditCommand(program: Command): void {
  addAuditCommands(program, {
    withAudit: (work) =>
      withOperator((operator) => {
        const database = operator.get(System);
        const checkpoints = checkpointsOf(operator.get<WorkerConfig>(CONFIG));
        if (checkpoints === undefined) return work({ database });
        const { store, privateKey } = checkpoints;
        return work({
          database,
          checkpoints,
          ...(privateKey && {
            checkpointer: new Checkpointer({ database, store, privateKey }),
          }),
        });
      }),
  });
}
