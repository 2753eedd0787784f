import { addAuditCommands } from '@nomo/audit/cli';
import { type Command } from 'commander';
import { System } from '../database/database.js';
import { withOperator } from './operator-context.js';

/** Adds `audit verify|export|checkpoint`, signed in as the worker: the chains are its own. */
export function addAuditCommand(program: Command): void {
  addAuditCommands(program, {
    withAudit: (work) => withOperator((operator) => work({ database: operator.get(System) })),
  });
}
