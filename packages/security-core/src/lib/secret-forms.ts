import { apiKeyPattern } from '../api-key.js';

/** What stands in place of a secret. */
export const redacted = '[redacted]';

type Form = readonly [
  pattern: RegExp,
  replacement: string | ((found: string, at: number, text: string) => string),
];

/** Where a word may begin: also after an escape of JSON, of a URL, or of a terminal. */
const begin = String.raw`(?<=^|[^A-Za-z\d_]|\\[bfnrt]|%[\dA-Fa-f]{2}|\u001b\[[\d;]{0,16}m)`;

/** The rest of a header: to the end of its line, or of the string that it stands in. */
const restOfHeader = String.raw`(?:=\\?"[^"\\\r\n]*\\?"|[^\r\n"'\\])*`;

/** Of GitHub, GitLab, npm, Slack, Stripe, OpenAI and Anthropic, and Google. */
const markedTokens = [
  String.raw`(?:gh[opsur]_|github_pat_|gl(?:agent|cbt|dt|ft|imt|pat|ptt|rt|soat)-)[\w-]{20,}`,
  String.raw`npm_[A-Za-z\d]{36}(?![\w])`,
  String.raw`(?:xox[a-z]-|xapp-)[\w-]{20,}`,
  String.raw`(?:[rs]k_(?:live|test)_|sk-(?:ant|proj|svcacct)-)[\w-]{20,}`,
  String.raw`sk-[A-Za-z\d]{32,}`,
  String.raw`(?:AIza|GOCSPX-|ya29\.|1\/\/0)[\w.-]{20,}`,
].join('|');

/** Secrets that are known by what they look like. */
const forms: readonly Form[] = [
  [form(apiKeyPattern.source), redacted],
  // Standard Webhooks and Stripe.
  [form(String.raw`${begin}wh(?:sec|sk)_[\w+/=-]+`), redacted],
  [form(`${begin}(?:${markedTokens})`), redacted],
  [form(String.raw`(hooks\.slack\.com\/services\/)[\w/]+`), `$1${redacted}`],
  // RFC 6750, and what is looser.
  [form(String.raw`${begin}(bearer(?:\s+|%20|\+)["']?)[^\s"',;&\\]+`, 'i'), `$1${redacted}`],
  // RFC 7617. What is no Base64 of anything with a colon, is a word.
  [
    form(String.raw`${begin}basic\s+(?!basic\s)[\w+/-]+=*`, 'i'),
    (found) =>
      Buffer.from(found.slice('basic'.length), 'base64').includes(':')
        ? `Basic ${redacted}`
        : found,
  ],
  // Of a scheme that is named, the name is shown.
  [
    form(
      String.raw`${begin}((?:proxy-)?authorization:[ \t]*(?:[\w-]+[ \t]+)?)[^\s"'\\]${restOfHeader}`,
      'i',
    ),
    `$1${redacted}`,
  ],
  [
    form(String.raw`${begin}((?:set-)?cookie:[ \t]*)[^\s=;:"'\\]{1,128}=${restOfHeader}`, 'i'),
    `$1${redacted}`,
  ],
  // Compact JWS and JWE, RFC 7515 and 7516: a header that begins with `{"`. Each run of their
  // characters is looked at once, or a stranger could make it take the square of its length.
  [/(?<![\w.-])[\w.-]*eyJ[\w.-]*/gu, withoutJwt],
  // To the end, where one was cut off.
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/gu,
    redacted,
  ],
  // The password of a connection string.
  [/(\w:\/\/[^\s:/@?#]*:)[^\s/?#]+@/gu, `$1${redacted}@`],
];

/** Puts `[redacted]` in place of what looks like a secret. */
export function withoutForms(text: string): string {
  return forms.reduce(
    (clean, [pattern, replacement]) =>
      typeof replacement === 'string'
        ? clean.replace(pattern, replacement)
        : clean.replace(pattern, replacement),
    text,
  );
}

/** Out of the parts above, none of them input. */
function form(source: string, flags = ''): RegExp {
  // eslint-disable-next-line security/detect-non-literal-regexp
  return new RegExp(source, `gu${flags}`);
}

/** A JWT at the end of a run of its characters: `eyJ` where a word may begin, and two dots after it. */
function withoutJwt(run: string, at: number, text: string): string {
  const secondDot = run.lastIndexOf('.', run.lastIndexOf('.') - 1);
  for (let start = run.indexOf('eyJ'); start >= 0; start = run.indexOf('eyJ', start + 1)) {
    if (start + 'eyJ'.length >= secondDot) return run;
    const before = text.slice(Math.max(0, at + start - longestEscape), at + start);
    // After a letter it is part of a word, unless that letter is of an escape.
    if (!/[a-z\d]$/iu.test(before) || escapeAtEnd.test(before)) {
      return run.slice(0, start) + redacted;
    }
  }
  return run;
}

const longestEscape = 19;
// eslint-disable-next-line no-control-regex
const escapeAtEnd = /(?:%[\dA-Fa-f]{2}|\\[bfnrt]|\u001b\[[\d;]{0,16}m)$/u;
