import { type LoggerService } from '@nestjs/common';
import { type Level, type Logger } from 'pino';
import { currentRequest } from '../../request-context.js';

/** What Nest says while it puts an application together is of use to its developers only. */
const chatty = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Takes what Nest's `Logger` is given to pino. Called as Nest calls it: a message, an error or
 * an object of fields; then further parameters, the last of which is the context.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.write('info', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.write('error', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.write('warn', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.write('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.write('trace', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.write('fatal', message, parameters);
  }

  private write(level: Level, message: unknown, parameters: unknown[]): void {
    const context = parameters.at(-1);
    const texts = [message, ...parameters.slice(0, -1)].filter(isText);
    const error = [message, ...parameters].find((value) => value instanceof Error);
    const fields = isFields(message) ? message : {};
    const requestId = currentRequest()?.id;
    const actual = level === 'info' && chatty.has(String(context)) ? 'debug' : level;
    this.logger[actual](
      {
        ...fields,
        ...(typeof context === 'string' && { context }),
        ...(requestId !== undefined && { requestId }),
        ...(error !== undefined && { err: error }),
      },
      texts.join(' ') || error?.message,
    );
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}
