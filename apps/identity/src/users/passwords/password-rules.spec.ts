import { describe, expect, it } from '@jest/globals';
import { passwordFault } from './password-rules.js';

const about = ['ada.lovelace@example.com', 'Ada Lovelace', 'Acme Inc.', 'acme'];
const judge = (password: string, minLength = 8): string | undefined =>
  passwordFault(password, { minLength, about });

describe('a password that is chosen', () => {
  it.each([
    ['violet-harbour-71-lantern'],
    ['correct horse battery staples'],
    ['пароль-который-никто-не-знает'],
    ['                    spaces count as well'],
    ['🦊🐻🐼🐨🐯🦁🐮🐷'],
  ])('may be %j', (password) => {
    expect(judge(password)).toBeUndefined();
  });

  it('is counted in characters, not in bytes or code units', () => {
    expect(judge('🦊🐻🐼🐨🐯🦁🐮', 8)).toBe('too_short');
    expect(judge('äöüßáéíó', 8)).toBeUndefined();
  });

  it('may have 64 characters and more, though not without end', () => {
    const random = 'kq3v9xw7'
      .split('')
      .map((letter, index) => `${letter}${index}pz`)
      .join('');
    expect(judge(random.repeat(2) + 'tail')).toBeUndefined();
    expect(judge('xy1'.repeat(86))).toBe('too_long');
  });

  it.each([
    ['password'],
    ['PASSWORD1'],
    ['P@ssw0rd!'],
    ['password123456'],
    ['passwordpassword'],
    ['qwertyuiop'],
    ['123456789012345'],
    ['abcdefgh12345678'],
    ['aaaaaaaaaaaaaaaa'],
    ['abababababababab'],
    ['iloveyou2024!!'],
    ['ｐａｓｓｗｏｒｄ'],
    ['987654321987654321'],
  ])('may not be %j, which is tried first', (password) => {
    expect(judge(password)).toBe('common');
  });

  it.each([['adalovelace1'], ['lovelace99'], ['acme-acme-42'], ['Ada.Lovelace@example.com']])(
    'may not be %j, which the account says already',
    (password) => {
      expect(judge(password)).toBe('about_the_account');
    },
  );
});
