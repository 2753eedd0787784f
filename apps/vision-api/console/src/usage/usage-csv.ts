import { type UsageDay } from '../api/schemas.js';

const COLUMNS = ['date', 'key_id', 'key_name', 'operation', 'requests', 'errors'];

/** A table of use as RFC 4180 has it, oldest day first. Days are UTC. */
export function usageCsv(
  rows: readonly UsageDay[],
  keyNames: ReadonlyMap<string, string>,
): string {
  const sorted = [...rows].sort(
    (one, other) =>
      one.date.localeCompare(other.date) ||
      one.keyId.localeCompare(other.keyId) ||
      one.operation.localeCompare(other.operation),
  );
  const lines = sorted.map(({ date, keyId, operation, requests, errors }) => [
    date,
    keyId,
    keyNames.get(keyId) ?? '',
    operation,
    String(requests),
    String(errors),
  ]);
  return [COLUMNS, ...lines].map((fields) => `${fields.map(field).join(',')}\r\n`).join('');
}

/**
 * One field. A key may have any name, and a spreadsheet would run one that begins like a
 * formula, so such a text begins with an apostrophe (OWASP, CSV Injection).
 */
function field(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
