import pino, { type Logger } from 'pino';
import { errorFields } from './error-fields.js';
import { type LogDestination } from './log-destination.js';
import { prettyDestination } from './pretty.js';

export interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Takes known secrets out of a finished line. */
  readonly redact: (line: string) => string;
  readonly destination: LogDestination;
}

/** @returns a logger that writes one JSON object a line, and no secret of a known form */
export function createLogger({ service, level, redact, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => errorFields(error) },
      hooks: { streamWrite: redact },
    },
    destination,
  );
}

/** Lines are written in blocks of this many bytes, and after this time at the latest. */
const BLOCK_BYTES = 4096;
const LATEST_MS = 100;

/** @returns standard output: pretty on a terminal, JSON lines everywhere else */
export function standardOutput(): LogDestination {
  if (process.stdout.isTTY) return prettyDestination(process.stdout);
  return pino.destination({
    dest: 1,
    sync: false,
    minLength: BLOCK_BYTES,
    periodicFlush: LATEST_MS,
  });
}
