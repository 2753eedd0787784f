import { z } from 'zod';
import { type SigningKey } from './signing-key.js';

export const SigningKeysAnswer = z
  .object({
    items: z.array(
      z.object({
        kid: z.string(),
        status: z.enum(['next', 'active', 'retiring', 'gone']),
        createdAt: z.iso.datetime(),
        activatedAt: z.iso.datetime().nullable(),
        retiringAt: z.iso.datetime().nullable(),
        goneAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'SigningKeys' });
export type SigningKeysAnswer = z.infer<typeof SigningKeysAnswer>;

export const RotateKeys = z
  .strictObject({
    compromised: z
      .boolean()
      .default(false)
      .describe(
        'The key that signs may be known: everything it signed is void, here within five seconds, and elsewhere once `/jwks` is read again, which is five minutes at most.',
      ),
  })
  .meta({ id: 'RotateKeys' });
export type RotateKeys = z.infer<typeof RotateKeys>;

export const RotationAnswer = z
  .object({
    retiredKid: z.string(),
    activeKid: z.string().describe('Signs from now on.'),
    nextKid: z.string().describe('Is published already.'),
  })
  .meta({ id: 'KeyRotation' });
export type RotationAnswer = z.infer<typeof RotationAnswer>;

/** A key as it is answered. */
export function showSigningKey(key: SigningKey): SigningKeysAnswer['items'][number] {
  const iso = (date: Date | undefined): string | null => date?.toISOString() ?? null;
  return {
    kid: key.kid,
    status: key.status,
    createdAt: key.createdAt.toISOString(),
    activatedAt: iso(key.activatedAt),
    retiringAt: iso(key.retiringAt),
    goneAt: iso(key.goneAt),
  };
}
