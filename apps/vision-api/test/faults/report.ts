import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { type Outcome } from './perform.js';

/** One line of figures. */
export function line(outcome: Outcome): string {
  const { name, sent, answered, refused, unavailable, unanswered } = outcome;
  const figures = [
    `${sent} sent`,
    `${answered} answered`,
    `${refused} refused`,
    `${unavailable} told 503`,
    `${unanswered} unanswered`,
    `${outcome.recorded} recorded`,
    `${outcome.counted} counted of ${outcome.recordedOfUsable} with keys in use`,
    `whole again after ${(outcome.recoveredMs / 1000).toFixed(1)} s`,
    ...outcome.remarks,
  ];
  return `${name}: ${figures.join(', ')}`;
}

const INTRODUCTION = `# What the faults came to

Written by \`pnpm run test:faults\` in \`apps/vision-api\`; its [README](../apps/vision-api/README.md) says what is compared.
A request counts as answered when the head of an answer that is metered arrived: anything but 401, 429 and 503. It counts
as unanswered when it was sent and cut off before that, and may then be recorded or not. Counters are compared for
keys that can still be used.
`;

const COLUMNS: readonly (readonly [title: string, of: (outcome: Outcome) => unknown])[] = [
  ['fault', ({ name }) => name],
  ['sent', ({ sent }) => sent],
  ['answered', ({ answered }) => answered],
  ['401, 429', ({ refused }) => refused],
  ['503', ({ unavailable }) => unavailable],
  ['unanswered', ({ unanswered }) => unanswered],
  ['recorded', ({ recorded }) => recorded],
  ['of keys in use', ({ recordedOfUsable }) => recordedOfUsable],
  ['counted', ({ counted }) => counted],
  ['whole again', ({ recoveredMs }) => `${(recoveredMs / 1000).toFixed(1)} s`],
  ['besides', ({ remarks }) => remarks.join('; ')],
];

/** A Markdown table, laid out as Prettier does. */
function table(outcomes: readonly Outcome[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...outcomes.map((outcome) => COLUMNS.map(([, of]) => String(of(outcome)))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head, ' '), line([], '-'), ...body.map((row) => line(row, ' '))].join('\n');
}

/** Writes the figures of all rounds, and what they were taken on, into a Markdown file. */
export function writeFigures(file: string, rounds: readonly (readonly Outcome[])[]): void {
  const [cpu] = cpus();
  const taken =
    `${new Date().toISOString().slice(0, 10)} · ${cpus().length} cores (${cpu?.model ?? '?'}) · ` +
    `load average at the end ${loadavg()[0]?.toFixed(1) ?? '?'}`;
  const failed = rounds
    .flat()
    .flatMap(({ name, wrong }) => wrong.map((text) => `- ${name}: ${text}`));
  const result =
    failed.length === 0
      ? `${rounds.length} rounds of ${rounds[0]?.length ?? 0} faults: everything agreed every time.`
      : `${failed.length} findings:\n\n${failed.join('\n')}`;
  const tables = rounds.map((outcomes, index) => `## Round ${index + 1}\n\n${table(outcomes)}`);
  writeFileSync(file, `${INTRODUCTION}\n${taken}\n\n${result}\n\n${tables.join('\n\n')}\n`);
}
