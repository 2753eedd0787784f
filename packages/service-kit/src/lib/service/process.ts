import { ConfigError, environmentTable } from '../../config.js';
import { type Running } from '../../running.js';
import { type ServiceDefinition } from '../../service-definition.js';
import { redactor } from '../logging/redaction.js';
import { ListenError } from './listen.js';
import { turnOffPretenuring } from './pretenuring.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Runs a service as the process that this is: arguments, signals and exit codes. */
export async function runAsProcess(
  definition: Omit<ServiceDefinition, 'module'>,
  create: () => Promise<Running>,
): Promise<void> {
  const { name, version, description, environment, redact = [] } = definition;
  if (process.argv.includes('--help')) {
    process.stdout.write(
      `${name} ${version}: ${description}\n\n${environmentTable(environment)}\n`,
    );
    return;
  }
  turnOffPretenuring();
  let running: Running;
  try {
    running = await create();
  } catch (error) {
    process.stderr.write(redactor(redact)(`${name} cannot start: ${sentence(error)}\n`));
    process.exit(1);
  }
  exitOnFailure(running);
  exitOnSignal(running);
}

/** Our own errors say what to do; of others, a developer needs the stack. */
function sentence(error: unknown): string {
  if (error instanceof ConfigError || error instanceof ListenError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** After an error that nobody caught, nothing is known of the state: the process starts anew. */
function exitOnFailure({ logger, flush }: Running): void {
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'uncaught');
    flush();
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

function exitOnSignal({ close }: Running): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void close().then((inTime) => process.exit(inTime ? 0 : 1));
    });
  }
}
