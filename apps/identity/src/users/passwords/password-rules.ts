import { isCommonPassword } from './common-passwords.js';

/** Why a password may not be chosen; `undefined` where it may. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'about_the_account';

/** NIST SP 800-63B-4, section 3.1.1.2, wants 64 to be possible; longer ones would only cost time. */
const LONGEST = 256;

/** A name shorter than this is part of many a good password. */
const SHORTEST_WORD = 4;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;

/**
 * Judges a password that somebody chooses, by NIST SP 800-63B-4, section 3.1.1.2: its length in
 * characters, and that it is not what everybody tries first. What it is composed of is its
 * owner's affair.
 *
 * @param about what is known of the account: address, name, organization
 */
export function passwordFault(
  password: string,
  { minLength, about }: { readonly minLength: number; readonly about: readonly string[] },
): PasswordFault | undefined {
  const text = password.normalize('NFKC');
  // Code points: a character outside the basic plane is one character.
  const length = Array.from(text).length;
  if (length < minLength) return 'too_short';
  if (length > LONGEST) return 'too_long';
  if (isCommonPassword(text)) return 'common';
  if (isAbout(text.toLowerCase(), about)) return 'about_the_account';
  return undefined;
}

/** Why a password may not be chosen, for whoever chose it. */
export function passwordFaultReason(fault: PasswordFault, minLength: number): string {
  switch (fault) {
    case 'too_short':
      return `The password has fewer than the ${minLength} characters that this organization wants.`;
    case 'too_long':
      return `The password is longer than ${LONGEST} characters.`;
    case 'common':
      return 'The password is one of those that are tried first.';
    case 'about_the_account':
      return 'The password says little but what the account says.';
  }
}

/** Whether hardly a letter is left without the words that name the account. */
function isAbout(password: string, about: readonly string[]): boolean {
  const words = about
    .flatMap((text) => [text, text.replace(SEPARATORS, ''), ...text.split(SEPARATORS)])
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= SHORTEST_WORD)
    .sort((one, other) => other.length - one.length);
  let rest = password;
  for (const word of words) rest = rest.replaceAll(word, '');
  return rest !== password && rest.replace(/\P{L}/gu, '').length < SHORTEST_WORD;
}
