import { writeSync } from 'node:fs';

const STDERR = 2;

/**
 * Writes one log line in the form that the native engine uses and the CLI parses: its last
 * `ERROR` becomes the reason the CLI gives when the engine dies.
 *
 * Synchronous, because what follows an error is often the end of the process.
 *
 * @param {'INFO' | 'ERROR'} level
 * @param {string} message
 * @param {string} [errorCode] a Prisma error code such as `P1001`
 */
export function log(level, message, errorCode) {
  const line = {
    timestamp: new Date().toISOString(),
    level,
    target: 'schema_engine::logger',
    fields: { message, ...(errorCode !== undefined && { error_code: errorCode }) },
  };
  writeSync(STDERR, `${JSON.stringify(line)}\n`);
}
