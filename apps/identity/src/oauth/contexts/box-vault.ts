import { type Vault } from '@nomo/oauth-engine';
import { SecurityCoreError } from '@nomo/security-core';
import { type SecretBox } from '@nomo/security-core/secret-box';
import { type RealmKey } from '../../realms/realm.js';
import { type CodeDigests } from '../../secrets/code-digests.js';

/** The engine's vault: what is sealed in one realm opens in no other. */
export function vaultOf(
  { orgId, mode }: RealmKey,
  boxes: SecretBox,
  digests: CodeDigests,
): Vault {
  const place = (purpose: string): Readonly<Record<string, string>> => ({
    of: 'oauth-engine',
    org: orgId,
    mode,
    purpose,
  });
  return {
    seal: (plaintext, context) => Promise.resolve(boxes.seal(plaintext, place(context))),
    open: (sealed, context) => {
      try {
        return Promise.resolve(boxes.open(sealed, place(context)));
      } catch (error) {
        if (error instanceof SecurityCoreError) return Promise.resolve(undefined);
        throw error;
      }
    },
    codeDigest: (purpose, code) => digests.digest(`${purpose} ${orgId} ${mode}`, code),
  };
}
