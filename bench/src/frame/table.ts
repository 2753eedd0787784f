import type { Spread } from './statistics.ts';

export interface Table {
  readonly title: string;
  /** The first column names the row; the others hold figures and are aligned to the right. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A Markdown table that is as easy to read in a terminal as it is on a page. */
export function renderTable({ columns, rows }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(3, column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths
      .map((width, index) => {
        const cell = cells[index] ?? '';
        return index === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(' | ')} |`;
  const rule = widths.map((width, index) =>
    index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}

/** Three significant digits, or all those before the point when there are more. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `1.23 (1.20–1.31)`: the median of the rounds, the lowest and the highest. */
export function withSpread({ median, low, high }: Spread, unit = ''): string {
  return `${figure(median)}${unit} (${figure(low)}–${figure(high)})`;
}

/** In units of 10^6 bytes, of which a GB has a thousand. */
export const megabytes = (bytes: number): string => `${figure(bytes / 1e6)} MB`;
