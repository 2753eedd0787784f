const REDACTED = '[redacted]';

/** A form of secrets. */
interface Form {
  readonly form: RegExp;
  /** A text that a line with a match has in it: a line without it, as most are, need not be searched. */
  readonly mark?: string;
  /** What a match gives way to. */
  readonly replacement?: string;
}

/**
 * Secrets that are known by their form. They are looked for in finished JSON lines, so none
 * may match a double quote.
 */
const knownForms: readonly Form[] = [
  // PEM: keys, and certificates along with them
  {
    mark: '-----BEGIN ',
    form: /-----BEGIN [A-Z0-9 ]+-----[^"]*?(?:-----END [A-Z0-9 ]+-----|(?="))/g,
  },
  // Authorization headers (RFC 9110, section 11.4), wherever they are quoted
  {
    // What follows one that ends in the name of a scheme is one, too. Linear: each turn begins
    // with a space, and has none in it.
    // eslint-disable-next-line security/detect-unsafe-regex
    form: /\b(Bearer|Basic|DPoP) [\w.~+/=-]{8,}(?:(?<=\b(?:Bearer|Basic|DPoP)) [\w.~+/=-]{8,})*/gi,
    replacement: `$1 ${REDACTED}`,
  },
  // JSON Web Tokens and the like (RFC 7515, section 7.1). Looked for once in each run of their
  // characters, or a stranger could make that take the square of its length.
  {
    mark: 'eyJ',
    form: /(?<![\w-])(?=[\w-]+\.)[\w-]*?\beyJ[\w-]{8,}\.[\w.-]*/g,
  },
  // the password in a connection URL
  {
    mark: '://',
    form: /(?<=\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/?#@"]{0,256}:)[^\s/?#@"]+(?=@)/gi,
  },
];

/**
 * @param serviceForms the forms of the service's own secrets; global expressions that match no
 *   double quote
 * @returns a function that takes every known form of secret out of a line
 */
export function redactor(serviceForms: readonly RegExp[]): (line: string) => string {
  const forms: Form[] = [
    ...serviceForms.map((form) => ({ form: asGlobal(form) })),
    ...knownForms,
  ];
  return (line) =>
    forms.reduce((text, { form, mark, replacement = REDACTED }) => {
      if (mark !== undefined && !text.includes(mark)) return text;
      return text.replace(form, replacement);
    }, line);
}

function asGlobal(form: RegExp): RegExp {
  // The forms are constants of the service, not input.
  // eslint-disable-next-line security/detect-non-literal-regexp
  return form.global ? form : new RegExp(form.source, `${form.flags}g`);
}
