import { randomBytes } from 'node:crypto';

import { codeDigest, KeyRing, Secret, SecretBox, SecurityCoreError } from '@nomo/security-core';

import { type Vault } from '../../src/index.js';

/** A vault whose keys live as long as the test. */
export function memoryVault(): Vault {
  const boxes = new SecretBox(new KeyRing([{ id: '1', key: new Secret(randomBytes(32)) }]));
  const digestKey = randomBytes(32);
  return {
    seal: (plaintext, context) => Promise.resolve(boxes.seal(plaintext, { context })),
    open: (sealed, context) => {
      try {
        return Promise.resolve(boxes.open(sealed, { context }));
      } catch (error) {
        if (error instanceof SecurityCoreError) return Promise.resolve(undefined);
        throw error;
      }
    },
    codeDigest: (purpose, code) => codeDigest({ key: digestKey, purpose, code }),
  };
}
