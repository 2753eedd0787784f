import { type StandardSchemaV1 } from '@standard-schema/spec';
import { isUtf8 } from 'node:buffer';
import querystring from 'node:querystring';

const ESCAPE = /%([0-9a-f]{2})/gi;

/**
 * Looks for parameters whose bytes, once decoded, are not UTF-8: they are read as U+FFFD, which is
 * not what was sent. A `%` that begins no escape stands for itself, as it does for the parser.
 *
 * @param url the target of a request
 * @returns an issue for each such parameter; empty where all is well
 */
export function queryFaults(url: string): StandardSchemaV1.Issue[] {
  const mark = url.indexOf('?');
  if (mark < 0 || !url.includes('%', mark)) return [];
  return url
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair.includes('%') && !isUtf8(bytesOf(pair)))
    .map((pair) => {
      const [name = ''] = pair.split('=', 1);
      return {
        message: 'This is not valid UTF-8.',
        path: [querystring.unescape(name.replaceAll('+', ' '))],
      };
    });
}

/** Node reads the head of a request as Latin-1, so each character is a byte already. */
function bytesOf(text: string): Buffer {
  const decoded = text.replaceAll(ESCAPE, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}
