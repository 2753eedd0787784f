import 'reflect-metadata';
import { Problem } from '@nomo/service-kit';
import { Command, CommanderError } from 'commander';
import { addApplicationsCommand } from './applications.command.js';
import { addAuditCommand } from './audit.command.js';
import { CommandFailure } from './command-failure.js';
import { addDemoCommand } from './demo.command.js';
import { addKeysCommand } from './keys.command.js';
import { addOrganizationsCommand } from './organizations.command.js';
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
addApplicationsCommand(program);
addUsersCommand(program);
addKeysCommand(program);
addAuditCommand(program);
addDemoCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has printed its own message (or the help that was asked for) already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${sentenceFor(error)}\n`);
    process.exitCode = 1;
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof CommandFailure || error instanceof Problem) return error.message;
  return `The command failed: ${error instanceof Error ? error.message : String(error)}`;
}
