import { z } from 'zod';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type Grant } from './grants.repository.js';

export const GrantAnswer = z
  .object({
    id: z.uuid(),
    clientId: z.string(),
    userId: z.uuid(),
    sessionId: z.uuid().describe('The session at which the user allowed it. It may be over.'),
    scopes: z.array(z.string()),
    resources: z.array(z.string()).describe('The resource servers that were named, if any.'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().describe('After this nothing can be had by it any more.'),
  })
  .meta({ id: 'Grant' });
export type GrantAnswer = z.infer<typeof GrantAnswer>;

export const GrantPage = pageOf(GrantAnswer).meta({ id: 'GrantPage' });
export type GrantPage = z.infer<typeof GrantPage>;

export const GrantsQuery = z.strictObject({
  ...pageQuery,
  userId: z.uuid().optional(),
  clientId: z.string().max(100).optional(),
});
export type GrantsQuery = z.infer<typeof GrantsQuery>;

/** A grant as it is answered. */
export function showGrant(grant: Grant): GrantAnswer {
  const { scopes, resources, createdAt, expiresAt, ...rest } = grant;
  return {
    ...rest,
    scopes: [...scopes],
    resources: [...resources],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
