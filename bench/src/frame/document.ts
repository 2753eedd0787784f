import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Report } from './benchmark.ts';
import { renderTable } from './table.ts';

const HEAD = `# Benchmarks

Written by \`npm run bench -- <name>\`, which replaces its own section between the markers and leaves
the rest alone. Every figure that matters is a ratio against something measured beside it in the same
run, in alternating rounds: figures of different runs, or of different machines, do not compare. A
figure with a range is the median of the rounds with the lowest and the highest of them.
`;

/** The report as Markdown, headed by what it was taken with. */
export function renderReport(report: Report, machine: string, when: Date): string {
  const versions = Object.entries({ Node: process.versions.node, ...report.versions })
    .map(([name, version]) => `${name} ${version}`)
    .join(' · ');
  const parts = [
    `## ${report.title}`,
    `${when.toISOString().slice(0, 10)} · ${machine}\\\n${versions}`,
    report.method.map((line) => `- ${line}`).join('\n'),
    renderTable({
      title: 'Targets',
      columns: ['target', 'measured', ''],
      rows: report.targets.map(({ promise, measured, met }) => [
        promise,
        measured,
        met ? 'pass' : '**miss**',
      ]),
    }),
    ...report.tables.flatMap((table) => [`### ${table.title}`, renderTable(table)]),
    report.notes.map((note) => `- ${note}`).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/**
 * Puts a section where it belongs: over its earlier self, or else behind the sections
 * that precede it in `order`.
 *
 * @param document the whole text so far; empty when there is none yet.
 */
export function replaceSection(
  document: string,
  order: readonly string[],
  name: string,
  section: string,
): string {
  const text = document === '' ? HEAD : document;
  const begin = (of: string): string => `<!-- benchmark:${of} -->`;
  const end = (of: string): string => `<!-- /benchmark:${of} -->`;
  const block = `${begin(name)}\n\n${section}\n\n${end(name)}`;

  const from = text.indexOf(begin(name));
  const to = text.indexOf(end(name), from);
  if (from !== -1 && to !== -1)
    return text.slice(0, from) + block + text.slice(to + end(name).length);

  const following = order
    .slice(order.indexOf(name) + 1)
    .map((other) => text.indexOf(begin(other)))
    .find((position) => position !== -1);
  if (following === undefined) return `${text.trimEnd()}\n\n${block}\n`;
  return `${text.slice(0, following)}${block}\n\n${text.slice(following)}`;
}

/** Writes one section of the document at `path`, which need not exist yet. */
export async function writeSection(
  path: string,
  order: readonly string[],
  name: string,
  section: string,
): Promise<void> {
  const document = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, replaceSection(document, order, name, section));
}
