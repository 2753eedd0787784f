import { readFileSync, writeFileSync } from 'node:fs';

/** What came of one race, over all its trials. */
export interface Figures {
  trials: number;
  winners: number;
  refused: number;
  deadFamilies: number;
  auditRows: number;
  securityEvents: number;
  liveBranches: number;
}

const COLUMNS: Readonly<Record<keyof Figures, string>> = {
  trials: 'trials',
  winners: 'won',
  refused: 'refused',
  deadFamilies: 'dead families',
  auditRows: 'rows in the audit trail',
  securityEvents: 'security events',
  liveBranches: 'live branches',
};
const BEGIN = '<!-- races -->';
const END = '<!-- /races -->';

/** A table in Markdown, one row for each race. */
export function tableOf(races: Readonly<Record<string, Figures>>): string {
  const keys = Object.keys(COLUMNS) as (keyof Figures)[];
  return [
    ['race', ...Object.values(COLUMNS)],
    ['---', ...keys.map(() => '--:')],
    ...Object.entries(races).map(([race, figures]) => [
      race,
      ...keys.map((key) => figures[key].toLocaleString('en-US')),
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Puts the table where the file has its marks, and leaves the rest alone. */
export function writeFigures(file: string, races: Readonly<Record<string, Figures>>): void {
  const text = readFileSync(file, 'utf8');
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${file} has no marks for the figures`);
  const date = new Date().toISOString().slice(0, 10);
  const section = `${BEGIN}\n\nMeasured on ${date}.\n\n${tableOf(races)}\n\n`;
  writeFileSync(file, text.slice(0, before) + section + text.slice(after));
}
