import { type Comparison, type Difference, type Expected } from './compare.js';
import { DIFFERENCES, EVERYWHERE } from './differences.js';

/** How many cases stand by name beside a row; the rest is counted. */
const MOST_NAMES = 4;

/** What `docs/oauth-oracle.md` has to say after a run. */
export function documentOf({ agreeing, explained }: Comparison, cases: number): string {
  const rows = DIFFERENCES.filter((row) => !EVERYWHERE.includes(row));
  return `# The oracle

NamoID has an OAuth engine of its own (see [decision 11](decisions/0011-an-oauth-engine-of-our-own.md)). To learn where
it errs, the tests start [oidc-provider](https://github.com/panva/node-oidc-provider), a certified OpenID provider, beside it, with the same
applications, and send both the same requests: good ones, and ones with every parameter missing, empty, repeated, wrong,
over-long, of the wrong type, in the wrong place, with NUL bytes, badly encoded, in the other letter case; at every
endpoint, for every grant, with every way to authenticate. Status, error code, redirect, content type, caching, challenge
and the members of the answer are compared. They are the same, or the difference is listed here with its reason.

This page is written by \`UPDATE_DOCS=1\` and the test [oracle.test.ts](../apps/identity/test/oracle.test.ts), from
[the table of differences](../apps/identity/test/oracle/differences.ts). The test fails if a difference has no row, if a row has no difference, and if
this page is not up to date.

- requests sent to each server: **${cases}**
- answered alike: **${agreeing.length}**
- answered differently, each for a reason below: **${cases - agreeing.length}**

## In every answer

${EVERYWHERE.map(sectionOf).join('\n\n')}

## In some answers

${rows.map((row) => sectionOf(row)).join('\n\n')}
`;

  function sectionOf(row: Difference): string {
    const names = explained.get(row) ?? [];
    const shown = names.slice(0, MOST_NAMES).map((name) => `\`${name}\``);
    const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
    const which = EVERYWHERE.includes(row) ? '' : `\n- Requests: ${shown.join(', ')}${more}.`;
    return `### ${row.title}

${row.reason} _${row.source}._

- Ours: ${inWords(row.ours)}.
- Theirs: ${inWords(row.theirs)}.${which}`;
  }
}

function inWords(expected: Expected): string {
  const words = Object.entries(expected).map(
    ([field, value]) => `${field} \`${typeof value === 'string' ? value : value.source}\``,
  );
  return words.length === 0 ? 'various' : words.join(', ');
}
