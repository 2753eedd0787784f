import { z } from 'zod';
import { scopeToken } from '../applications/applications.schemas.js';
import { displayName } from '../management/display-name.js';
import { distinctList } from '../management/distinct-list.js';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type ResourceServer } from './resource-servers.repository.js';
import { USER_SCOPES } from './resources-of-realm.js';

const settings = {
  name: displayName(100),
  scopes: distinctList(
    scopeToken.refine(
      (scope) => !USER_SCOPES.includes(scope),
      'OpenID Connect gives this scope its meaning: choose another.',
    ),
  )
    .max(100)
    .describe('The scopes that mean something to it.'),
};

export const CreateResourceServer = z
  .strictObject({
    identifier: z
      .string()
      .regex(/^[\x21\x24-\x7e]{1,2000}$/, 'This has to be visible ASCII without " or #.')
      .describe('The audience of its tokens: a URI, as a rule.'),
    ...settings,
    scopes: settings.scopes.default([]),
  })
  .meta({ id: 'CreateResourceServer' });
export type CreateResourceServer = z.infer<typeof CreateResourceServer>;

export const UpdateResourceServer = z
  .strictObject(settings)
  .partial()
  .meta({ id: 'UpdateResourceServer' });
export type UpdateResourceServer = z.infer<typeof UpdateResourceServer>;

export const ResourceServerAnswer = z
  .object({
    id: z.uuid(),
    identifier: z.string(),
    ...settings,
    scopes: z.array(z.string()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'ResourceServer' });
export type ResourceServerAnswer = z.infer<typeof ResourceServerAnswer>;

export const ResourceServerPage = pageOf(ResourceServerAnswer).meta({
  id: 'ResourceServerPage',
});
export type ResourceServerPage = z.infer<typeof ResourceServerPage>;

export const ResourceServersQuery = z.strictObject(pageQuery);
export type ResourceServersQuery = z.infer<typeof ResourceServersQuery>;

/** A resource server as it is answered. */
export function showResourceServer({
  scopes,
  createdAt,
  ...rest
}: ResourceServer): ResourceServerAnswer {
  return { ...rest, scopes: [...scopes], createdAt: createdAt.toISOString() };
}
