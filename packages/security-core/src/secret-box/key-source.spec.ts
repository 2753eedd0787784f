import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { InvalidArgument, KeysUnavailable } from '../errors.js';
import {
  environmentKeys,
  fileKeys,
  KeyRing,
  parseKeys,
  wrappedKeys,
  type Construction,
} from '../secret-box.js';
import type { Secret } from '../secret.js';

describe('key sources', () => {
  const a = Buffer.alloc(32, 0xfb);
  const b = Buffer.alloc(32, 0x02);
  const written = `2027:${a.toString('base64')}, 2026:aes-256-gcm:${b.toString('base64url')}\n`;
  const expected = [
    { id: '2027', key: a, construction: undefined },
    { id: '2026', key: b, construction: 'aes-256-gcm' },
  ];
  const revealed = (
    keys: readonly { id: string; key: Secret<Uint8Array>; construction?: Construction }[],
  ) =>
    keys.map(({ id, key, construction }) => ({
      id,
      key: Buffer.from(key.reveal()),
      construction,
    }));

  it('read an environment variable', async () => {
    expect(revealed(await environmentKeys('KEYS', { KEYS: written }).load())).toEqual(expected);
    process.env['SECURITY_CORE_SPEC_KEYS'] = written;
    expect((await KeyRing.from(environmentKeys('SECURITY_CORE_SPEC_KEYS'))).ids).toEqual([
      '2027',
      '2026',
    ]);
  });

  it.each([{}, { KEYS: undefined }, { KEYS: '' }, { KEYS: ' \n' }])(
    'say that a variable is not set',
    async (none) => {
      await expect(KeyRing.from(environmentKeys('KEYS', none))).rejects.toThrow(
        KeysUnavailable,
      );
    },
  );

  it('read a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'security-core-'));
    try {
      await writeFile(join(folder, 'keys'), written);
      expect(revealed(await fileKeys(join(folder, 'keys')).load())).toEqual(expected);
      await writeFile(join(folder, 'empty'), '\n');
      await expect(fileKeys(join(folder, 'empty')).load()).rejects.toThrow(KeysUnavailable);
      const none = fileKeys(join(folder, 'none')).load();
      await expect(none).rejects.toThrow(KeysUnavailable);
      await expect(none).rejects.toThrow('ENOENT');
      await expect(none).rejects.not.toThrow(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('let another service unwrap data keys', async () => {
    const source = wrappedKeys(
      [
        { id: '2027', wrapped: Buffer.from(a).reverse() },
        { id: '2026', wrapped: Buffer.from(b).reverse(), construction: 'aes-256-gcm' },
      ],
      async (wrapped, id) =>
        Promise.resolve(id.startsWith('20') ? Buffer.from(wrapped).reverse() : wrapped),
    );
    expect(revealed(await source.load())).toEqual(expected);
    const denied = wrappedKeys([{ id: 'a', wrapped: a }], async () =>
      Promise.reject(new Error('denied')),
    );
    await expect(KeyRing.from(denied)).rejects.toThrow('denied');
  });

  it('refuse what is not written as it should be, without showing it', () => {
    const key = a.toString('base64');
    for (const wrong of [
      'a',
      'a:',
      `a:${key}=`,
      `a:${key.slice(1)}`,
      `a:aes-128-gcm:${key}`,
      `a::${key}`,
      `a:aes-256-gcm:${key}:more`,
      'a:b:c:d',
    ]) {
      expect(() => parseKeys(wrong)).toThrow(InvalidArgument);
      expect(() => parseKeys(wrong)).not.toThrow(/\+\/v7|aes-128/u);
    }
    expect(() => parseKeys(`:a:${key}`)).toThrow(InvalidArgument);
    expect(parseKeys(` \n,, a:xaes-256-gcm:${key}`)).toMatchObject([
      { id: 'a', construction: 'xaes-256-gcm' },
    ]);
    expect(parseKeys(' \n')).toEqual([]);
  });
});
