import { z } from 'zod';
import { type Organization } from '../generated/prisma/client.js';
import { displayName } from '../management/display-name.js';
import { type Realm } from '../realms/realm.js';

const DAY = 86_400;
const YEAR = 366 * DAY;
const seconds = (least: number, most: number): z.ZodInt => z.int().min(least).max(most);
const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'This has to be a colour such as #1f4fd8.')
  .toLowerCase();

/** As `organizations_name_check` has it, but for spaces alone. */
export const organizationName = displayName(100);

const settings = {
  name: organizationName,
  logoUrl: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .nullable(),
  primaryColor: color,
  backgroundColor: color,
  accessTokenTtl: seconds(30, DAY),
  idTokenTtl: seconds(30, DAY),
  refreshTokenIdleTtl: seconds(60, YEAR),
  refreshTokenTtl: seconds(60, YEAR),
  sessionIdleTtl: seconds(60, YEAR),
  sessionTtl: seconds(60, YEAR),
  refreshLeeway: seconds(0, 30).describe(
    'Seconds in which the loser of a race of refreshes is given the winner’s token again; 0 is strict.',
  ),
  passwordMinLength: z
    .int()
    .min(8)
    .max(64)
    .describe(
      'NIST SP 800-63B-4: 15 where a password is all there is, 8 beside another factor.',
    ),
  signingKeyDays: z.int().min(1).max(366).describe('After so many days a new key signs.'),
};

export const UpdateOrganization = z
  .strictObject(settings)
  .partial()
  .meta({ id: 'UpdateOrganization' });
export type UpdateOrganization = z.infer<typeof UpdateOrganization>;

export const OrganizationAnswer = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    mode: z.enum(['live', 'test']),
    issuer: z.string(),
    ...settings,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Organization' });
export type OrganizationAnswer = z.infer<typeof OrganizationAnswer>;

/** An organization as one of its sides is answered. */
export function showOrganization(realm: Realm, row: Organization): OrganizationAnswer {
  const { slug, mode, issuer } = realm;
  return { ...row, slug, mode, issuer, createdAt: row.createdAt.toISOString() };
}
