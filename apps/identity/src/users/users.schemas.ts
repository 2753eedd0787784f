import { z } from 'zod';
import { displayName } from '../management/display-name.js';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type User } from './user.js';

const email = z
  .email('This has to be an e-mail address such as ada@example.com.')
  .max(320, 'An e-mail address has at most 320 characters.')
  .describe('In any case: addresses are kept and compared in lower case.');
const name = displayName(200);
/** Judged by the rules of the organization; here only bounded. */
const password = z.string().min(1).max(1000);

export const CreateUser = z
  .strictObject({
    email,
    emailVerified: z.boolean().default(false),
    name: name.optional(),
    password: password
      .optional()
      .describe('Without one the user cannot sign in until a password is set for them.'),
  })
  .meta({ id: 'CreateUser' });
export type CreateUser = z.infer<typeof CreateUser>;

export const UpdateUser = z
  .strictObject({ email, emailVerified: z.boolean(), name: name.nullable() })
  .partial()
  .meta({ id: 'UpdateUser' });
export type UpdateUser = z.infer<typeof UpdateUser>;

export const SetPassword = z.strictObject({ password }).meta({ id: 'SetPassword' });
export type SetPassword = z.infer<typeof SetPassword>;

export const UserAnswer = z
  .object({
    id: z.uuid().describe('The `sub` of the user’s tokens.'),
    email: z.string(),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    status: z.enum(['active', 'deactivated']),
    hasPassword: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    lastSignInAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'User' });
export type UserAnswer = z.infer<typeof UserAnswer>;

export const UserPage = pageOf(UserAnswer).meta({ id: 'UserPage' });
export type UserPage = z.infer<typeof UserPage>;

export const UsersQuery = z.strictObject({
  ...pageQuery,
  email: z.string().max(320).optional(),
});
export type UsersQuery = z.infer<typeof UsersQuery>;

/** A user as they are answered. */
export function showUser(user: User): UserAnswer {
  return {
    ...user,
    name: user.name ?? null,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
    lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
  };
}
