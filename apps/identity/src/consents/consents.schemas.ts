import { z } from 'zod';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type Consent } from './consents.repository.js';

export const ConsentAnswer = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    clientId: z.string(),
    scopes: z.array(z.string()),
    resourceScopes: z
      .array(z.string())
      .describe(
        'At which resource servers: `{identifier}`, and `{identifier} {scope}` for each scope there.',
      ),
    grantedAt: z.iso.datetime(),
    ip: z.string().nullable().describe('Where the user was when they consented.'),
  })
  .meta({ id: 'Consent' });
export type ConsentAnswer = z.infer<typeof ConsentAnswer>;

export const ConsentPage = pageOf(ConsentAnswer).meta({ id: 'ConsentPage' });
export type ConsentPage = z.infer<typeof ConsentPage>;

export const ConsentsQuery = z.strictObject({ ...pageQuery, userId: z.uuid().optional() });
export type ConsentsQuery = z.infer<typeof ConsentsQuery>;

/** A consent as it is answered. */
export function showConsent(consent: Consent): ConsentAnswer {
  const { scopes, resourceScopes, grantedAt, ip, ...rest } = consent;
  return {
    ...rest,
    scopes: [...scopes],
    resourceScopes: [...resourceScopes],
    grantedAt: grantedAt.toISOString(),
    ip: ip ?? null,
  };
}
