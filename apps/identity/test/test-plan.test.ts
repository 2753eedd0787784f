import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const page = path.resolve(import.meta.dirname, '../../../docs/test-plan-oauth.md');

/** Section 4 of RFC 9700, and what section 2 makes of it. */
const SECTIONS =
  '2.1 2.1.1 2.1.2 2.2.1 2.2.2 2.3 2.4 2.5 2.6 4.1.1 4.1.2 4.1.3 4.2.1 4.2.2 4.2.3 4.2.4 4.3.1 4.3.2 4.4.1 4.4.2 4.5.1 4.5.2 4.5.3 4.5.4 4.6 4.7 4.7.1 4.8 4.9.1 4.9.2 4.10.1 4.10.2 4.11.1 4.11.2 4.12 4.13 4.14 4.14.2 4.15 4.16 4.17';

/** The modules of the four plans of the conformance suite, but for how each begins. */
const MODULES: Readonly<Record<string, string>> = {
  'oidcc-':
    'server response-type-missing idtoken-signature idtoken-unsigned userinfo-get userinfo-post-header userinfo-post-body ensure-request-without-nonce-succeeds-for-code-flow scope-profile scope-email scope-address scope-phone scope-all alternate-happy-flow display-page display-popup prompt-login prompt-none-not-logged-in prompt-none-logged-in max-age-1 max-age-10000 ensure-request-with-unknown-parameter-succeeds id-token-hint login-hint ui-locales claims-locales ensure-request-with-acr-values-succeeds codereuse codereuse-30seconds ensure-registered-redirect-uri ensure-post-request-succeeds server-client-secret-post request-uri-unsigned-supported-correctly-or-rejected-as-unsupported unsigned-request-object-supported-correctly-or-rejected-as-unsupported claims-essential ensure-request-object-with-redirect-uri refresh-token ensure-request-with-valid-pkce-succeeds discovery-endpoint-verification rp-initiated-logout backchannel-logout-discovery-endpoint-verification backchannel-rp-initiated-logout',
  'oidcc-rp-initiated-logout-':
    'discovery-endpoint-verification bad-post-logout-redirect-uri modified-id-token-hint no-id-token-hint no-params no-post-logout-redirect-uri no-state only-state query-added-to-post-logout-redirect-uri bad-id-token-hint',
};

interface Row {
  /** The section, the module, or the threat. */
  readonly subject: string;
  readonly tests: string;
}

interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** The rows of every table of the page. The tests are in the last column. */
function rowsOf(text: string): readonly Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter((cells) => cells.at(-1) !== 'Tests')
    .map((cells) => ({
      subject: (cells[0] ?? '').replaceAll('`', ''),
      tests: cells.at(-1) ?? '',
    }));
}

/** What stands in the last column: nothing else is read over. */
function testsOf({ subject, tests }: Row): readonly NamedTest[] {
  return tests.split('<br>').map((entry) => {
    const [, file, name] = /^\[[^\]]+\]\(\.\.\/([^)]+)\) › (.+)$/u.exec(entry) ?? [];
    if (file === undefined || name === undefined) {
      throw new Error(`${subject}: this names no test: ${entry}`);
    }
    return { file, name };
  });
}

const isExempt = ({ tests }: Row): boolean => /^Not applicable: .{20,}/u.test(tests);

/** Whether a source has a test, or a row of one, of exactly this name; one that is left out is none. */
function hasTest(source: string, name: string): boolean {
  for (const quote of ["'", '"', '`']) {
    const written = `${quote}${name.replaceAll(quote, `\\${quote}`)}${quote}`;
    let at = source.indexOf(written);
    while (at >= 0) {
      const before = source.slice(0, at).trimEnd();
      const line = before.slice(before.lastIndexOf('\n') + 1).trimStart();
      if (!/^(?:\/\/|\*|\/\*)/u.test(line) && /(?:\b(?:it|describe)\(|\)\(|\[)$/u.test(before))
        return true;
      at = source.indexOf(written, at + 1);
    }
  }
  return false;
}

describe('the test plan', () => {
  let rows: readonly Row[];
  const sources = new Map<string, Promise<string>>();

  beforeAll(async () => {
    rows = rowsOf(await readFile(page, 'utf8'));
  });

  const sourceOf = (file: string): Promise<string> => {
    const source =
      sources.get(file) ?? readFile(path.resolve(path.dirname(page), '..', file), 'utf8');
    sources.set(file, source);
    return source;
  };

  it('has every threat of RFC 9700, section by section, once', () => {
    const sections = rows.map(({ subject }) => subject).filter((one) => /^\d/u.test(one));
    expect(sections).toEqual(SECTIONS.split(' '));
  });

  it('has every module of the profiles Basic, Config, RP-Initiated and Back-Channel Logout, once', () => {
    const modules = rows
      .map(({ subject }) => subject)
      .filter((one) => one.startsWith('oidcc-'));
    const expected = Object.entries(MODULES).flatMap(([prefix, names]) =>
      names.split(' ').map((name) => `${prefix}${name}`),
    );
    expect(modules.toSorted()).toEqual(expected.toSorted());
  });

  it('names a test for each, or says why there is nothing to test', () => {
    const bare = rows.filter((row) => !isExempt(row) && testsOf(row).length === 0);
    expect(bare).toEqual([]);
    expect(rows.filter(isExempt).length).toBeLessThan(rows.length / 10);
  });

  it('names tests that exist', async () => {
    const missing: string[] = [];
    for (const { file, name } of rows.filter((row) => !isExempt(row)).flatMap(testsOf)) {
      const source = await sourceOf(file).catch(() => '');
      if (!hasTest(source, name)) missing.push(`${file} › ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it('would miss a test that was renamed, left out or turned into a comment', () => {
    expect(hasTest("it('is refused', () => {})", 'is refused')).toBe(true);
    expect(hasTest("it.each([['a']])('refuses %s', () => {})", 'refuses %s')).toBe(true);
    expect(hasTest("it('is refused', () => {})", 'is taken')).toBe(false);
    expect(hasTest("it.skip('is refused', () => {})", 'is refused')).toBe(false);
    expect(hasTest("// it('is refused', () => {})", 'is refused')).toBe(false);
    expect(hasTest("const text = 'is refused'", 'is refused')).toBe(false);
  });
});
