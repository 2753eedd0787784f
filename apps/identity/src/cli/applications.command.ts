import { type Command, InvalidArgumentError, Option } from 'commander';
import { type z } from 'zod';
import {
  type Application,
  APPLICATION_TYPES,
  AUTH_METHODS,
  GRANT_TYPES,
} from '../applications/application.js';
import { ApplicationsRepository } from '../applications/applications.repository.js';
import { CreateApplication } from '../applications/applications.schemas.js';
import { LONGEST_GRACE } from '../management/secret-rotation.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { OPERATOR } from '../audit/origin.js';
import { Tenants } from '../database/database.js';
import { CommandFailure } from './command-failure.js';
import { asInvalidOption, parseOptions } from './invalid-option.js';
import { withOperator } from './operator-context.js';
import { ORGANIZATION, realmOf } from './realm-of.js';
import { repeated } from './repeated.js';
import { renderTable } from './table.js';

interface CreateOptions {
  readonly organization: string;
  readonly type: Application['type'];
  readonly name: string;
  readonly redirectUri: string[];
  readonly grant?: Application['grantTypes'];
  readonly scope: string[];
  readonly resource: string[];
  readonly postLogoutRedirectUri: string[];
  readonly backchannelLogoutUri?: string;
  readonly jwksUri?: string;
  readonly authMethod?: Application['tokenEndpointAuthMethod'];
  readonly firstParty: boolean;
}

/** As they are typed: without what RFC 8628 puts before the name of its own. */
const GRANT_NAMES = GRANT_TYPES.map(nameOfGrant).join(', ');

const OPTIONS = {
  type: '--type',
  name: '--name',
  redirectUris: '--redirect-uri',
  postLogoutRedirectUris: '--post-logout-redirect-uri',
  backchannelLogoutUri: '--backchannel-logout-uri',
  grantTypes: '--grant',
  scopes: '--scope',
  resources: '--resource',
  defaultResource: '--resource',
  tokenEndpointAuthMethod: '--auth-method',
  jwks: '--auth-method',
  jwksUri: '--jwks-uri',
};

/** A command line shows so many at once. */
const MOST_LISTED = 1_000;

/** Adds `applications create|list|rotate-secret`. */
export function addApplicationsCommand(program: Command): void {
  const applications = program
    .command('applications')
    .description('Make and list applications, and rotate their secrets.');

  applications
    .command('create')
    .description('Make an application. Its secret is shown this once.')
    .requiredOption(...ORGANIZATION)
    .addOption(
      new Option('--type <type>', 'what it runs on')
        .choices(APPLICATION_TYPES)
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'its name for people')
    .option(
      '--redirect-uri <uri>',
      'where browsers are sent back to; may be repeated',
      repeated,
      [],
    )
    .option(
      '--grant <type>',
      `a grant it may use, instead of what is usual for its type: ${GRANT_NAMES}; may be repeated`,
      addGrant,
    )
    .option(
      '--scope <scope>',
      'a scope it may ask for, of OpenID Connect or of an API it may have tokens for; may be repeated',
      repeated,
      [],
    )
    .option(
      '--resource <identifier>',
      'an API it may have tokens for; may be repeated',
      repeated,
      [],
    )
    .addOption(
      new Option(
        '--auth-method <method>',
        'how it proves who it is; private_key_jwt needs --jwks-uri',
      ).choices(AUTH_METHODS),
    )
    .option('--jwks-uri <uri>', 'where it publishes its keys, for private_key_jwt')
    .option(
      '--post-logout-redirect-uri <uri>',
      'where browsers are sent once they are signed out; may be repeated',
      repeated,
      [],
    )
    .option('--backchannel-logout-uri <uri>', 'where it is told that a session has ended')
    .option('--first-party', 'it belongs to the organization: no consent is asked for', false)
    .action(async (options: CreateOptions) => {
      const input = inputOf(options);
      const { application, secret } = await withOperator(async (operator) => {
        const realm = await realmOf(operator, options.organization);
        return operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) =>
            operator.get(ApplicationsService).create(tx, realm, input, OPERATOR),
          );
      }).catch((error: unknown) => asInvalidOption(error, OPTIONS));
      process.stdout.write(`client_id      ${application.clientId}\n`);
      const none = input.tokenEndpointAuthMethod === 'none' ? 'it is public' : 'it has keys';
      const shown = secret?.reveal() ?? `(none: ${none})`;
      process.stdout.write(`client_secret  ${shown}\n`);
    });

  applications
    .command('list')
    .description('List the applications of an organization.')
    .requiredOption(...ORGANIZATION)
    .action(async ({ organization }: { organization: string }) => {
      const all = await withOperator(async (operator) => {
        const realm = await realmOf(operator, organization);
        return operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) =>
            operator.get(ApplicationsRepository).list(tx, realm, undefined, MOST_LISTED),
          );
      });
      const rows = all.map(({ clientId, type, name, disabledAt }) => [
        clientId,
        type,
        disabledAt === undefined ? 'enabled' : 'disabled',
        name,
      ]);
      process.stdout.write(`${renderTable(['CLIENT ID', 'TYPE', 'STATUS', 'NAME'], rows)}\n`);
    });

  applications
    .command('rotate-secret <client-id>')
    .description(
      'Give an application a new secret, shown this once; the old one works on for a while.',
    )
    .requiredOption(...ORGANIZATION)
    .option('--grace <seconds>', 'for how long the old one works', seconds, 86_400)
    .action(async (clientId: string, options: { organization: string; grace: number }) => {
      const rotated = await withOperator(async (operator) => {
        const realm = await realmOf(operator, options.organization);
        return operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) =>
            operator
              .get(ApplicationsService)
              .rotateSecret(tx, realm, clientId, options.grace, OPERATOR),
          );
      });
      if (rotated === undefined) {
        throw new CommandFailure(
          `There is no application ${clientId} in ${options.organization}.`,
        );
      }
      process.stdout.write(`client_secret  ${rotated.secret.reveal()}\n`);
    });
}

function inputOf(options: CreateOptions): CreateApplication {
  const { type, name, redirectUri, grant, scope, resource, authMethod, firstParty } = options;
  const { postLogoutRedirectUri, backchannelLogoutUri, jwksUri } = options;
  const isPublic = type === 'single_page' || type === 'native';
  const given: z.input<typeof CreateApplication> = {
    type,
    name,
    tokenEndpointAuthMethod: authMethod ?? (isPublic ? 'none' : 'client_secret_basic'),
    redirectUris: redirectUri,
    postLogoutRedirectUris: postLogoutRedirectUri,
    ...(backchannelLogoutUri !== undefined && { backchannelLogoutUri }),
    ...(jwksUri !== undefined && { jwksUri }),
    grantTypes: [...(grant ?? usualGrants(type))],
    scopes: scope,
    resources: resource,
    defaultResource: resource[0] ?? null,
    firstParty,
  };
  return parseOptions(CreateApplication, given, OPTIONS);
}

function usualGrants(type: Application['type']): Application['grantTypes'] {
  return type === 'machine' ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
}

function nameOfGrant(type: (typeof GRANT_TYPES)[number]): string {
  return type.replace(/^.*:/u, '');
}

function addGrant(
  name: string,
  before: Application['grantTypes'] = [],
): Application['grantTypes'] {
  const grant = GRANT_TYPES.find((type) => type === name || nameOfGrant(type) === name);
  if (grant === undefined) throw new InvalidArgumentError(`Give one of ${GRANT_NAMES}.`);
  return [...before, grant];
}

function seconds(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > LONGEST_GRACE) {
    throw new InvalidArgumentError(`Give a whole number of seconds, up to ${LONGEST_GRACE}.`);
  }
  return Number(text);
}
