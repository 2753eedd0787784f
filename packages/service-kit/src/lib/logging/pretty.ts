import { type LogDestination } from './log-destination.js';

const colours: Readonly<Record<string, number>> = { fatal: 31, error: 31, warn: 33, info: 32 };
const GREY = 90;

/**
 * Makes log lines readable on a terminal: time, level, message, and the rest as `key=value`.
 * Twenty lines of our own rather than a formatter with ten dependencies, since nothing but a
 * developer's terminal ever sees them.
 */
export function prettyDestination(terminal: NodeJS.WritableStream): LogDestination {
  return {
    write: (line) => {
      terminal.write(pretty(line));
    },
  };
}

function pretty(line: string): string {
  const { time, level, service, msg, err, ...fields } = JSON.parse(line) as Record<
    string,
    unknown
  >;
  const clock = String(time).slice(11, 23);
  const name = String(level);
  const rest = Object.entries(fields)
    .map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(' ');
  const head = [
    colour(GREY, clock),
    colour(colours[name] ?? GREY, name.padEnd(5)),
    colour(GREY, String(service)),
    typeof msg === 'string' ? msg : '',
    colour(GREY, rest),
  ];
  return `${head.join(' ')}\n${stackOf(err)}`;
}

function stackOf(error: unknown): string {
  const { stack, message } = (error ?? {}) as { stack?: string; message?: string };
  const text = stack ?? message;
  return text === undefined ? '' : `${text}\n`;
}

function colour(code: number, text: string): string {
  return `\u001B[${code}m${text}\u001B[0m`;
}
