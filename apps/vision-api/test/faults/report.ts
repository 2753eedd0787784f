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

Written by \`pnpm run test:faults\` in \`apps/vision-api\`.
`;

const COLUMNS = [
  ['fault', ({ name }: Outcome) => name],
  ['sent', ({ sent }: Outcome) => sent],
  ['answered', ({ answered }: Outcome) => answered],
  ['401, 429', ({ refused }: Outcome) => refused],
  ['503', ({ unavailable }: Outcome) => unavailable],
  ['unanswered', ({ unanswered }: Outcome) => unanswered],
  ['recorded', ({ recorded }: Outcome) => recorded],
  ['with keys in use', ({ recordedOfUsable }: Outcome) => recordedOfUsable],
  ['counted', ({ counted }: Outcome) => counted],
  ['whole again', ({ recoveredMs }: Outcome) => `${(recoveredMs / 1000).toFixed(1)} s`],
  ['', ({ remarks }: Outcome) => remarks.join('; ')],
] as const;

/** A Markdown table of each round. */
function table(rounds: readonly (readonly Outcome[])[]): string {
  const row = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;
  const head = [row(COLUMNS.map(([title]) => title)), row(COLUMNS.map(() => '---'))];
  const parts = rounds.map((outcomes, index) => {
    const rows = outcomes.map((outcome) => row(COLUMNS.map(([, of]) => of(outcome))));
    return [`## Round ${index + 1}`, '', ...head, ...rows].join('\n');
  });
  return parts.join('\n\n');
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
  writeFileSync(file, `${INTRODUCTION}\n${taken}\n\n${result}\n\n${table(rounds)}\n`);
}
