import 'reflect-metadata';
import { Problem } from '@nomo/service-kit';
import { Command, CommanderError } from 'commander';
import { addApplicationsCommand } from './applications.command.js';
import { addAuditCommand } from './audit.command.js';
import { CommandFailure } from './command-failure.js';
import { addDemoCommand } from './demo.command.js';
import { addKeysCommand } from './keys.command.js';
import { addOrganizationsCommand } from './organizations.command.js';
import { addResourcesCommand } from './resources.command.js';
import { addUsersCommand } from './users.command.js';

const program = new Command('namoid')
  .description('Operate the NamoID identity provider.')
  .exitOverride()
  .showHelpAfterError('(--help shows what can be given)')
  .addHelpText(
    'after',
    '\nExample:\n  npm run namoid -- organizations create --slug acme --name "Acme Inc."',
  );

addOrganizationsCommand(program);
addResourcesCommand(program);
addApplicationsCommand(program);
addUsersCommand(program);
addKeysCommand(program);
addAuditCommand(program);
addDemoCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
// What was opened has been closed by now, but for what a failed start left behind: a pool or a
// connection that tries again and again must not keep the terminal.
process.exit();

/** @returns the exit code: 2 where the command was given wrongly, 1 where it failed */
function tell(error: unknown): number {
  // Commander has printed its own message (or the help that was asked for) already.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    return error.code.startsWith('commander.') ? 2 : 1;
  }
  process.stderr.write(`${sentenceFor(error)}\n`);
  return 1;
}

function sentenceFor(error: unknown): string {
  // A client is told to retry; whoever operates the service may read what is behind that.
  if (error instanceof Problem && error.status >= 500) return failureOf(error.cause ?? error);
  if (error instanceof CommandFailure || error instanceof Problem) return error.message;
  return failureOf(error);
}

function failureOf(error: unknown): string {
  return `The command failed: ${error instanceof Error ? error.message.trim() : String(error)}`;
}
