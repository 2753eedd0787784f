import { readFileSync } from 'node:fs';

/**
 * What people choose first, one a line, in lower case: from the lists of the most frequent
 * passwords that are published every year.
 */
const common: ReadonlySet<string> = new Set(
  readFileSync(new URL('../../../data/common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);

/** What stands on keyboards and in alphabets, in the order in which fingers and pens find it. */
const runs = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  'qwertzuiop',
  'azertyuiop',
];

/** Written for each other, as everybody knows. */
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/**
 * Whether a password is one of those that are tried first, also in capitals, with look-alike
 * characters, repeated, or with digits and marks put around it.
 */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  return forms(lower).some((form) => isCommon(form) || isCommon(shortestRepeat(form)));
}

function forms(lower: string): string[] {
  const bare = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return [lower, bare, letters(lower), letters(bare)].filter((form) => form !== '');
}

function letters(text: string): string {
  return Array.from(text, (character) => lookalikes[character] ?? character).join('');
}

function isCommon(text: string): boolean {
  return common.has(text) || new Set(text).size < 3 || isMadeOfRuns(text);
}

/** `abcabcabc` is `abc`. */
function shortestRepeat(text: string): string {
  const length = (text + text).indexOf(text, 1);
  return text.slice(0, length);
}

/** Whether a text is nothing but stretches of four and more of the runs, forwards or backwards. */
function isMadeOfRuns(text: string): boolean {
  const shortest = 4;
  let from = 0;
  while (from < text.length) {
    let to = text.length;
    while (to - from >= shortest && !isRun(text.slice(from, to))) to -= 1;
    if (to - from < shortest) return false;
    from = to;
  }
  return true;
}

function isRun(text: string): boolean {
  const backwards = Array.from(text).reverse().join('');
  return runs.some((run) => run.includes(text) || run.includes(backwards));
}
