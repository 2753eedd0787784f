/** Room for every path of ours; what is longer was made up. */
const LONGEST_PATH = 256;

/** Who encodes more often than this does it to be seen or to hide. */
const MOST_ENCODINGS = 4;

/** The percent-encoded form (RFC 3986, section 2.1) of a printable ASCII character. */
const encodedPrintable = /%(?:[2-6][\da-f]|7[\da-e])/gi;

/**
 * What the log says of a path that nobody knows. It is decoded, since an encoded secret is a
 * secret, and redacted before it is cut, since the rest of a secret has no known form.
 *
 * @param path as it was sent, without a query
 * @param redact takes known secrets out of a text
 * @returns a text of bounded length, never an error
 */
export function loggablePath(path: string, redact: (text: string) => string): string {
  let decoded = path;
  for (let round = 0; round < MOST_ENCODINGS; round += 1) {
    decoded = decoded.replaceAll(encodedPrintable, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
  }
  // What is still encoded cannot be looked into.
  if (decoded.search(encodedPrintable) !== -1) return '[encoded]';
  return redact(decoded).slice(0, LONGEST_PATH);
}
