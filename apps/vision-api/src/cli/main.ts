import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './audit.command.js';
import { addDemoCommand } from './demo.command.js';
import { addKeysCommand } from './keys.command.js';
import { addUsageCommand } from './usage.command.js';
import { CommandFailure } from './command-failure.js';

const program = new Command('nomosly')
  .description('Operate the nomosly vision API.')
  .exitOverride()
  .showHelpAfterError('(--help shows what can be given)')
  .addHelpText(
    'after',
    '\nExample:\n  npm run nomosly -- keys create --user ada@example.com --scopes faces:detect,text:detect --expires 90d',
  );

addKeysCommand(program);
addAuditCommand(program);
addUsageCommand(program);
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
  const message =
    error instanceof CommandFailure
      ? error.message
      : `The command failed: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${message}\n`);
  return 1;
}
