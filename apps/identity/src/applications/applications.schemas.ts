import { clientKeyFault } from '@nomo/oauth-engine';
import { z } from 'zod';
import { displayName } from '../management/display-name.js';
import { distinctList } from '../management/distinct-list.js';
import { pageOf, pageQueryBy } from '../management/pagination.js';
import { CLIENT_ID } from './client-credentials.js';
import {
  type Application,
  APPLICATION_TYPES,
  type ApplicationSecret,
  AUTH_METHODS,
  GRANT_TYPES,
} from './application.js';

/** More would not fit on any screen, and less than these nobody needs. */
const MOST_URIS = 50;
const MOST_SCOPES = 100;

const uri = z.string().min(1).max(2000);
/** RFC 6749, section 3.3. */
export const scopeToken = z
  .string()
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/,
    'This has to be one scope, without spaces or quotes (RFC 6749).',
  );
const httpsUrl = z.url({ protocol: /^https$/ }).max(2000);

/** Where nothing leaves the machine; it is called only where private addresses may be at all. */
function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

const jwk = z.record(z.string(), z.unknown());
const publicKey = jwk.check(({ value, issues }) => {
  const message = clientKeyFault(value);
  if (message !== undefined) issues.push({ code: 'custom', input: value, message });
});

function keySetOf(
  key: typeof jwk,
): z.ZodNullable<z.ZodObject<{ keys: z.ZodArray<typeof jwk> }>> {
  return z
    .object({ keys: z.array(key).min(1).max(10) })
    .nullable()
    .describe('Public keys, for private_key_jwt.');
}

const settings = {
  name: displayName(100),
  logoUrl: httpsUrl.nullable(),
  redirectUris: distinctList(uri)
    .max(MOST_URIS)
    .describe('Compared exactly, but for the port of loopback addresses.'),
  postLogoutRedirectUris: distinctList(uri).max(MOST_URIS),
  backchannelLogoutUri: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine(
      (url) => url.startsWith('https:') || isLoopback(new URL(url).hostname),
      'Outside of loopback this has to be https.',
    )
    .nullable()
    .describe('Is told when a session ends (OpenID Connect Back-Channel Logout).'),
  jwks: keySetOf(publicKey),
  jwksUri: httpsUrl
    .nullable()
    .describe('Where the public keys are published, instead of jwks.'),
  grantTypes: distinctList(z.enum(GRANT_TYPES)).min(1).max(GRANT_TYPES.length),
  scopes: distinctList(scopeToken)
    .max(MOST_SCOPES)
    .describe('What it may ask for: scopes of OpenID Connect, and of its resources.'),
  resources: distinctList(uri)
    .max(MOST_URIS)
    .describe('The resource servers it may have tokens for, by identifier.'),
  defaultResource: uri.nullable().describe('The one that is meant when it names none.'),
  firstParty: z
    .boolean()
    .describe('It belongs to the organization: users are not asked for consent.'),
  refreshLeeway: z
    .int()
    .min(0)
    .max(30)
    .nullable()
    .describe(
      'Seconds in which the loser of a race of refreshes is given the winner’s token again; null for the organization’s.',
    ),
  dpopBound: z.boolean().describe('Its tokens are bound to a key of its own (RFC 9449).'),
  parRequired: z.boolean().describe('It has to push its authorization requests (RFC 9126).'),
  mayIntrospect: z.boolean().describe('It may ask about tokens of others (RFC 7662).'),
};

export const CreateApplication = z
  .strictObject({
    type: z.enum(APPLICATION_TYPES),
    tokenEndpointAuthMethod: z.enum(AUTH_METHODS),
    ...settings,
    logoUrl: settings.logoUrl.default(null),
    redirectUris: settings.redirectUris.default([]),
    postLogoutRedirectUris: settings.postLogoutRedirectUris.default([]),
    backchannelLogoutUri: settings.backchannelLogoutUri.default(null),
    jwks: settings.jwks.default(null),
    jwksUri: settings.jwksUri.default(null),
    scopes: settings.scopes.default([]),
    resources: settings.resources.default([]),
    defaultResource: settings.defaultResource.default(null),
    firstParty: settings.firstParty.default(false),
    refreshLeeway: settings.refreshLeeway.default(null),
    dpopBound: settings.dpopBound.default(false),
    parRequired: settings.parRequired.default(false),
    mayIntrospect: settings.mayIntrospect.default(false),
  })
  .meta({ id: 'CreateApplication' });
export type CreateApplication = z.infer<typeof CreateApplication>;

export const UpdateApplication = z
  .strictObject(settings)
  .partial()
  .meta({ id: 'UpdateApplication' });
export type UpdateApplication = z.infer<typeof UpdateApplication>;

export const ApplicationAnswer = z
  .object({
    clientId: z.string(),
    type: z.enum(APPLICATION_TYPES),
    tokenEndpointAuthMethod: z.enum(AUTH_METHODS),
    ...settings,
    // What was taken before a rule was made is shown all the same.
    jwks: keySetOf(jwk),
    disabled: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Application' });
export type ApplicationAnswer = z.infer<typeof ApplicationAnswer>;

export const CreatedApplicationAnswer = ApplicationAnswer.extend({
  clientSecret: z.string().optional().describe('Shown this once. Keep it.'),
}).meta({ id: 'CreatedApplication' });
export type CreatedApplicationAnswer = z.infer<typeof CreatedApplicationAnswer>;

export const ApplicationPage = pageOf(ApplicationAnswer).meta({ id: 'ApplicationPage' });
export type ApplicationPage = z.infer<typeof ApplicationPage>;

export const ApplicationsQuery = z.strictObject(pageQueryBy(z.string().regex(CLIENT_ID)));
export type ApplicationsQuery = z.infer<typeof ApplicationsQuery>;

const secret = {
  id: z.uuid(),
  hint: z.string().describe('Its last four characters.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
};

export const RotatedSecretAnswer = z
  .object({ ...secret, clientSecret: z.string().describe('Shown this once. Keep it.') })
  .meta({ id: 'RotatedSecret' });
export type RotatedSecretAnswer = z.infer<typeof RotatedSecretAnswer>;

export const SecretsAnswer = z
  .object({ items: z.array(z.object(secret)) })
  .meta({ id: 'ApplicationSecrets' });
export type SecretsAnswer = z.infer<typeof SecretsAnswer>;

/** An application as it is answered. */
export function showApplication(application: Application): ApplicationAnswer {
  const { createdAt, updatedAt, disabledAt, ...rest } = application;
  return {
    ...(rest as unknown as Omit<ApplicationAnswer, 'disabled' | 'createdAt' | 'updatedAt'>),
    disabled: disabledAt !== undefined,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** A secret as it is answered: without itself. */
export function showSecret({
  id,
  hint,
  createdAt,
  expiresAt,
}: ApplicationSecret): SecretsAnswer['items'][number] {
  return {
    id,
    hint,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
