import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A place in the source that mentions `asSystem`. */
export interface FoundSystemUse {
  /** Below the folder that was searched, with `/`. */
  readonly file: string;
  /**
   * What is written as the reason. `undefined` when it is no plain literal, or when the
   * door is not called but handed on: nobody can tell then what it is for.
   */
  readonly reason: string | undefined;
}

/** Strings, templates and comments: what looks like code in there is none. */
const NOT_CODE =
  /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const MENTION = /\basSystem\b/g;
/** From the name to the first argument; type arguments may stand between. */
const CALL = /[\s\w<>[\],|]*\(\s*/y;
const LITERAL = /'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`$\\]*)`/y;

/**
 * Lists every use of the system door in an app's TypeScript, tests and generated code left
 * out, so that a test can compare it with a list that somebody has looked at.
 *
 * @param folder the app's `src`
 * @returns the uses in the order of their files and lines
 */
export function listSystemUses(folder: string): FoundSystemUse[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !/\.(spec|test|d)\.ts$/.test(file))
    .filter((file) => !file.split('/').includes('generated'))
    .sort()
    .flatMap((file) =>
      readUses(readFileSync(path.join(folder, file), 'utf8')).map((reason) => ({
        file,
        reason,
      })),
    );
}

function readUses(source: string): (string | undefined)[] {
  const code = source.replaceAll(NOT_CODE, (text) => (text.startsWith('/') ? ' ' : text));
  return [...code.matchAll(MENTION)].map(({ index }) => {
    const call = matchAt(CALL, code, index + 'asSystem'.length);
    const literal = call && matchAt(LITERAL, code, call.index + call[0].length);
    return literal?.[1] ?? literal?.[2] ?? literal?.[3];
  });
}

function matchAt(sticky: RegExp, text: string, position: number): RegExpExecArray | null {
  sticky.lastIndex = position;
  return sticky.exec(text);
}
