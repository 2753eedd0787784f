/** A parameter as it is sent: `name=value`, encoded. */
export type Pair = string;

/** A way to break one parameter of a request. */
export interface Damage {
  readonly name: string;
  /** What is sent instead of the pair at `index`. */
  damage(pairs: readonly Pair[], index: number): readonly Pair[];
}

function replacing(
  name: string,
  change: (name: string, value: string) => readonly Pair[],
): Damage {
  return {
    name,
    damage: (pairs, index) =>
      pairs.flatMap((pair, at) => {
        if (at !== index) return [pair];
        const cut = pair.indexOf('=');
        return change(pair.slice(0, cut), pair.slice(cut + 1));
      }),
  };
}

/** Above what either server reads, below what Node takes for a header. */
const TOO_LONG = 9_000;

/** The ways that matter for every parameter. */
export const BASIC_DAMAGES: readonly Damage[] = [
  replacing('missing', () => []),
  replacing('empty', (name) => [`${name}=`]),
  replacing('sent twice', (name, value) => [`${name}=${value}`, `${name}=${value}`]),
  replacing('wrong', (name) => [`${name}=wrong`]),
  replacing('with a NUL byte', (name, value) => [`${name}=${value}%00`]),
];

export const ALL_DAMAGES: readonly Damage[] = [
  ...BASIC_DAMAGES,
  replacing('sent twice, first empty', (name, value) => [`${name}=`, `${name}=${value}`]),
  replacing('over-long', (name) => [`${name}=${'x'.repeat(TOO_LONG)}`]),
  replacing('an array', (name, value) => [`${name}[]=${value}`]),
  replacing('an object', (name, value) => [`${name}[a]=${value}`]),
  replacing('with a bad percent-encoding', (name, value) => [`${name}=${value}%4`]),
  replacing('with bytes that are not UTF-8', (name, value) => [`${name}=${value}%ff`]),
  replacing('with its name in upper case', (name, value) => [`${name.toUpperCase()}=${value}`]),
  replacing('in the other letter case', (name, value) => [`${name}=${swapCase(value)}`]),
  replacing('after a space', (name, value) => [`${name}=+${value}`]),
  replacing('a JSON object', (name) => [`${name}=%7B%22a%22%3A1%7D`]),
  replacing('a negative number', (name) => [`${name}=-1`]),
];

/** The other letter case, but for the digits of percent-encoded bytes. */
function swapCase(encoded: string): string {
  return encoded.replaceAll(/%[0-9A-F]{2}|[a-z]|[A-Z]/g, (part) => {
    if (part.startsWith('%')) return part;
    const upper = part.toUpperCase();
    return part === upper ? part.toLowerCase() : upper;
  });
}
