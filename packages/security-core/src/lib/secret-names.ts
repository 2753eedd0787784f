/**
 * A name that ends so is that of a secret: `x-api-key`, `newPassword`, `client_secret`, and of
 * several `refreshTokens`. (`keyId`, `tokenCount` and `passwordChangedAt` do not end so.)
 */
const endings = [
  'accesskey',
  'apikey',
  'assertion',
  'authorization',
  'codeverifier',
  'cookie',
  'credential',
  'encryptionkey',
  'jwt',
  'otp',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'secret',
  'secretkey',
  'signature',
  'signingkey',
  'token',
];

/** Names that are secrets by themselves and too common as an ending. */
const wholeNames = ['auth', 'pass', 'pin', 'pwd'];

/** Names are few and come again with every entry; those that a stranger made up are not kept. */
const mostNamesKept = 1_000;
const longestNameKept = 64;

type Verdict = 'one' | 'several' | 'none';

/** Whether a value is to be hidden for the name that it goes by. */
export type SecretNameTest = (name: string, value: unknown) => boolean;

/**
 * @param further - More endings, compared without case and punctuation like all of them.
 * @returns The test. It says no for `true` and `false`, which tell of a secret only that there
 *   is one, and for a number under the name of several, which counts them.
 */
export function secretNameTest(further: readonly string[]): SecretNameTest {
  const all = [...endings, ...further.map(plainName)];
  const verdicts = new Map<string, Verdict>();

  const judge = (name: string): Verdict => {
    const plain = plainName(name);
    if (wholeNames.includes(plain) || all.some((ending) => plain.endsWith(ending))) {
      return 'one';
    }
    return all.some((ending) => plain.endsWith(`${ending}s`)) ? 'several' : 'none';
  };

  const verdictOf = (name: string): Verdict => {
    const known = verdicts.get(name);
    if (known !== undefined) {
      return known;
    }
    const verdict = judge(name);
    if (verdicts.size < mostNamesKept && name.length <= longestNameKept) {
      verdicts.set(name, verdict);
    }
    return verdict;
  };

  return (name, value) => {
    const verdict = verdictOf(name);
    return (
      verdict !== 'none' &&
      typeof value !== 'boolean' &&
      !(verdict === 'several' && typeof value === 'number')
    );
  };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/gu, '');
}
