import { isApiKeyId } from '@nomo/security-core';
import { z } from 'zod';
import { type ApiKey } from './keys.repository.js';
import { SCOPES } from './scopes.js';

const MODES = ['live', 'test'] as const;

/** What a person does not see, and what turns round the text after it (Unicode UAX 9). */
const INVISIBLE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** What a key may be called: any text a person can read, of 1 to 100 characters. */
const name = z
  .string()
  .trim()
  .min(1, 'A key needs a name.')
  .max(100, 'A name has at most 100 characters.')
  .refine((text) => !INVISIBLE.test(text) && text.isWellFormed(), {
    message: 'A name has no control characters.',
  });

export const CreateKey = z.strictObject({
  name: name.describe('What the key is for.'),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1, 'A key needs at least one scope.')
    .max(SCOPES.length, 'A scope is named once.')
    .refine((scopes) => new Set(scopes).size === scopes.length, 'A scope is named once.'),
  mode: z.enum(MODES).default('live'),
  expiresAt: z.iso
    .datetime({
      offset: true,
      abort: true,
      error: 'This has to be a time, as 2027-01-31T12:00:00Z.',
    })
    .refine((text) => Date.parse(text) > Date.now(), 'This has to be in the future.')
    // PostgreSQL and JavaScript agree on years of four digits.
    .refine((text) => Date.parse(text) < Date.UTC(9999, 0), 'This is too far in the future.')
    .nullable()
    .optional()
    .describe('From then on the key is refused; never unless given.'),
});

export type CreateKey = z.infer<typeof CreateKey>;

export const Key = z
  .object({
    id: z.string().describe('The part of the key before the dot.'),
    name: z.string(),
    mode: z.enum(MODES),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
    playground: z
      .boolean()
      .describe('Whether it is the console’s own, with which images are tried out.'),
  })
  .meta({ id: 'Key' });

export type Key = z.infer<typeof Key>;

const requestId = z.string().describe('Quote it when you report a problem.');

export const KeysAnswer = z
  .object({
    keys: z.array(Key).describe('The newest first, revoked ones too; 500 at most.'),
    requestId,
  })
  .meta({ id: 'KeysAnswer' });

export type KeysAnswer = z.infer<typeof KeysAnswer>;

export const CreatedKeyAnswer = z
  .object({
    key: Key,
    secret: z
      .string()
      .describe('The whole key, `<key_id>.<secret>`. It is shown here and never again.'),
    requestId,
  })
  .meta({ id: 'CreatedKeyAnswer' });

export type CreatedKeyAnswer = z.infer<typeof CreatedKeyAnswer>;

/** A key id as it may stand in a path; what is none names no key. */
export const KeyIdParameter = z.string().transform((text) => (isApiKeyId(text) ? text : null));

/** A key as its owner is shown it. */
export function shownKey(key: ApiKey): Key {
  return {
    id: key.id,
    name: key.name,
    mode: key.id.startsWith('nmk_test_') ? 'test' : 'live',
    scopes: [...key.scopes],
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    playground: key.playground,
  };
}
