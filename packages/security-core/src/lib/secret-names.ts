import { InvalidArgument } from '../errors.js';
import { requireText } from './contract.js';

/**
 * A name that ends so is that of a secret: `x-api-key`, `newPassword`, `client_secret`, and of
 * several `refreshTokens`. (`keyId`, `tokenCount` and `passwordChangedAt` do not end so.)
 */
const endings = [
  'accesskey',
  'apikey',
  'assertion',
  'authkey',
  'authorization',
  'codeverifier',
  'cookie',
  'credential',
  'credentials',
  'encryptionkey',
  'jwt',
  'otp',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'sealingkey',
  'secret',
  'secretkey',
  'secretkeybase',
  'signature',
  'signingkey',
  'token',
];

/** Too short to count inside a word: `db_pass` and `userPwd`, but neither `bypass` nor `spin`. */
const lastWords = /(?:^|[^a-z\d])(?:pass|pin|pwd|sig)$|[a-z\d](?:Pass|Pin|Pwd|Sig)$/u;
const lastCapitals = /(?:^|[^A-Z\d])(?:PASS|PIN|PWD|SIG)$/u;

/** Too common as an ending. */
const wholeName = 'auth';

/** Names are few and come again with every entry; those that a stranger made up are not kept. */
const mostNamesKept = 1_000;
const longestNameKept = 64;

type Verdict = 'one' | 'several' | 'none';

/** Whether a value is to be hidden for the name that it goes by. */
export type SecretNameTest = (name: string, value: unknown) => boolean;

/**
 * @param further - More endings, compared without case and punctuation like all of them.
 * @returns The test. It says no for `true`, `false` and nothing, which tell of a secret only
 *   whether there is one, and for a number under the name of several, which counts them.
 * @throws {InvalidArgument} A name that is no text, or nothing but punctuation.
 */
export function secretNameTest(further: readonly string[]): SecretNameTest {
  const all = [...endings, ...further.map(ending)];
  const verdicts = new Map<string, Verdict>();

  const judge = (name: string): Verdict => {
    const plain = plainName(name);
    if (plain === wholeName || lastWords.test(name) || lastCapitals.test(name)) {
      return 'one';
    }
    if (all.some((each) => plain.endsWith(each))) {
      return 'one';
    }
    return all.some((each) => plain.endsWith(`${each}s`)) ? 'several' : 'none';
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
      value !== undefined &&
      value !== null &&
      !(verdict === 'several' && typeof value === 'number')
    );
  };
}

function ending(name: string): string {
  requireText(name, 'A name of secrets');
  const plain = plainName(name);
  if (plain === '') {
    throw new InvalidArgument('A name of secrets has letters or digits');
  }
  return plain;
}

/** In any script: vowels of Hindi are marks. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}
