import { apiKeyPattern } from '../api-key.js';
import type { SecretNameTest } from './secret-names.js';

/** What stands in place of a secret. */
export const redacted = '[redacted]';

type Form = readonly [
  pattern: RegExp,
  replacement: string | ((found: string, at: number, text: string) => string),
];

/** Secrets that are known by what they look like. */
const forms: readonly Form[] = [
  // Made from the one pattern for keys that there is, not from input.
  // eslint-disable-next-line security/detect-non-literal-regexp
  [new RegExp(apiKeyPattern, 'gu'), redacted],
  // Standard Webhooks and Stripe.
  [/\bwh(?:sec|sk)_[\w+/=-]+/gu, redacted],
  // As their makers mark them, for scanners to find: GitHub, GitLab, npm, Slack, Stripe, OpenAI
  // and Anthropic, Google.
  [
    /\b(?:gh[opsur]_|github_pat_|glpat-|npm_|xox[a-z]-|[rs]k_(?:live|test)_|sk-(?:proj-|ant-)?|AIza|ya29\.|1\/\/0)[\w-]{20,}/gu,
    redacted,
  ],
  // RFC 6750.
  [/\b(bearer)\s+[\w.~+/=-]+/giu, `$1 ${redacted}`],
  // RFC 7617. What is no Base64 of anything with a colon, is a word.
  [
    /\bbasic\s+(?!basic\s)[\w+/-]+=*/giu,
    (found) =>
      Buffer.from(found.slice('basic'.length), 'base64').includes(':')
        ? `Basic ${redacted}`
        : found,
  ],
  // The header of other schemes, and that of cookies, to the end of its line.
  [
    /\b(authorization:[ \t]*(?:apikey|aws4-hmac-sha256|digest|dpop|hawk|hmac|negotiate|ntlm|signature|token)[ \t]+)[^\r\n]+/giu,
    `$1${redacted}`,
  ],
  [/\b(cookie:[ \t]*)[^\s=;:]{1,128}=[^\r\n]*/giu, `$1${redacted}`],
  // Compact JWS and JWE, RFC 7515 and 7516: a header that begins with `{"`. Each run of their
  // characters is looked at once, or a stranger could make it take the square of its length.
  [/(?<![\w.-])[\w.-]*eyJ[\w.-]*/gu, withoutJwt],
  // To the end, where one was cut off.
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
    redacted,
  ],
  // The password of a connection string.
  [/(\w:\/\/[^\s:/@]*:)[^\s/@]+@/gu, `$1${redacted}@`],
];

/** A part of every form, named values included: most texts are done with one look. */
const partOfAny =
  /[=:@]|nmk_|wh(?:sec|sk)_|gh[opsur]_|github_|glpat|npm_|xox|[rs]k[_-]|aiza|ya29|1\/\/0|bearer|basic|eyj|-----begin/iu;

/**
 * Makes a function that puts `[redacted]` in place of each secret inside a text: what has a
 * known form, and what goes by the name of a secret, as in `token=…`, `"token": "…"` and, to the
 * end of a line or a list, `token: …`. It takes a time that is linear in the text's length.
 *
 * @param further - More forms of secrets.
 */
export function textCleaner(
  isSecretName: SecretNameTest,
  further: readonly RegExp[],
): (text: string) => string {
  // Without the flag all but the first would be left.
  const own = further.map((each) => {
    const flags = each.global ? each.flags : `${each.flags}g`;
    // The program's own, not out of input.
    // eslint-disable-next-line security/detect-non-literal-regexp
    return new RegExp(each, flags);
  });
  return (text) => {
    const clean = partOfAny.test(text) ? withoutNamed(withoutForms(text), isSecretName) : text;
    return own.reduce((rest, pattern) => rest.replace(pattern, redacted), clean);
  };
}

function withoutForms(text: string): string {
  return forms.reduce(
    (clean, [pattern, replacement]) =>
      typeof replacement === 'string'
        ? clean.replace(pattern, replacement)
        : clean.replace(pattern, replacement),
    text,
  );
}

/** A JWT at the end of a run of its characters: `eyJ` where a word may begin, and two dots after it. */
function withoutJwt(run: string, at: number, text: string): string {
  const secondDot = run.lastIndexOf('.', run.lastIndexOf('.') - 1);
  for (let begin = run.indexOf('eyJ'); begin >= 0; begin = run.indexOf('eyJ', begin + 1)) {
    if (begin + 'eyJ'.length >= secondDot) return run;
    const before = text.slice(Math.max(0, at + begin - 3), at + begin);
    // After a letter it is part of a word, unless that letter is of a `%3D`.
    if (!/[a-z\d]$/iu.test(before) || /^%[\da-f]{2}$/iu.test(before)) {
      return run.slice(0, begin) + redacted;
    }
  }
  return run;
}

/** A name and what parts it from its value. In a path, as in `POST /token: 400`, it is none. */
const label = /(?<![\w./-])([\w.-]+)\\?["']?\s*([:=])\s*/gu;

/** In quotes, or in those of JSON inside a string of JSON; to the end of what was cut off. */
const quotedValue =
  /\\"(?:[^\\"]|\\[^"])*(?:\\"|$)|"(?:[^\\"]|\\[\s\S])*(?:"|$)|'(?:[^\\']|\\[\s\S])*(?:'|$)/uy;

/** After `=`, up to the end of a parameter, without the punctuation of what it stands in. */
const parameterValue = /\[redacted\]|[^\s&#"']*[^\s&#"',;)\]}]/uy;

/** After a colon. If more follows in its line it is the first of a sentence: `token: has expired`. */
const wordValue = /[^\s,;"'{}[\]()]+/uy;
const endOfWord = /[ \t]*(?:[,;)}\]\r\n]|$)/uy;

/** Names of secrets in a query or a form that are, elsewhere, also those of other things. */
const parameterName = /(?:^|[._-])(?:[Cc]ode|CODE|[Kk]ey|KEY)$|[a-z\d](?:Code|Key)$/u;
const plainWord = /^(?:\d{1,3}|[A-Z_]+|[a-z_]+)$/u;

function withoutNamed(text: string, isSecretName: SecretNameTest): string {
  let clean = '';
  let end = 0;
  let endOfSentenceStart = 0;
  for (const found of text.matchAll(label)) {
    // The pattern has these two groups.
    const [whole, name, separator] = found as unknown as readonly [string, string, string];
    const start = found.index + whole.length;
    const ambiguous = separator === '=' && parameterName.test(name);
    if (found.index < end || !(ambiguous || isSecretName(name, undefined))) {
      continue;
    }
    const quoted = matchAt(quotedValue, text, start);
    const bare = separator === '=' ? parameterValue : wordValue;
    // Read once: what begins inside such a word ends with it, and is followed by the same.
    const inSentence = separator === ':' && start < endOfSentenceStart;
    const value = quoted ?? (inSentence ? undefined : matchAt(bare, text, start));
    if (value === undefined) {
      continue;
    }
    const valueEnd = start + value.length;
    if (quoted === undefined && separator === ':' && !isLast(text, valueEnd)) {
      endOfSentenceStart = valueEnd;
      continue;
    }
    const quote = /^\\?["']/u.exec(value)?.[0] ?? '';
    const said = value.slice(quote.length, value.length - quote.length);
    const hidden =
      isSecretName(name, typed(said)) ||
      (ambiguous && (isInQuery(text, found.index) || !plainWord.test(said)));
    if (hidden) {
      clean += text.slice(end, start) + quote + redacted + quote;
      end = valueEnd;
    }
  }
  return clean + text.slice(end);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function isLast(text: string, at: number): boolean {
  endOfWord.lastIndex = at;
  return endOfWord.test(text);
}

/** Of a query or a form: at its beginning, or after what parts its parameters. */
function isInQuery(text: string, at: number): boolean {
  return at === 0 || '?&;'.includes(text.charAt(at - 1));
}

/** What a text would be as a value: true, false and counts are no secrets. */
function typed(said: string): unknown {
  if (said === 'true' || said === 'false') return said === 'true';
  return /^\d+$/u.test(said) ? Number(said) : said;
}
