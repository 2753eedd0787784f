import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program out of the documentation, made to check what its comments claim. */
export interface Example {
  readonly name: string;
  readonly program: string;
}

const root = join(import.meta.dirname, '..');

/** The examples of the README and of every doc comment. */
export function findExamples(): Example[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }));
  return [
    ...blocks('README', readme),
    ...sources.flatMap(({ file, text }) => blocks(file, text.replace(/^ {0,5}\* ?/gmu, ''))),
  ];
}

function blocks(source: string, text: string): Example[] {
  return Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```/gmu), ([, code = ''], index) => ({
    name: `${source.replaceAll('/', '-')}-${index + 1}`,
    program: withChecks(code),
  }));
}

/** A statement on one line, and behind it a comment that is a value. */
const claim =
  /^(\s*)((?!import |const |let |return ).*); \/\/ (true|false|undefined|\d+|'[^']*'|\[.*\]|\{.*\})$/gmu;

function withChecks(code: string): string {
  const checked = code.replace(claim, '$1claim($2, $3);');
  return `import { deepStrictEqual as claim } from 'node:assert';\n${checked}\nexport {};\n`;
}

/** How many claims an example makes. */
export function claimsOf({ program }: Example): number {
  return program.split('claim(').length - 1;
}
