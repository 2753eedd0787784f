import { type Command } from 'commander';
import { OPERATOR } from '../audit/origin.js';
import { Tenants } from '../database/database.js';
import { IdentifierTaken } from '../resource-servers/resource-servers.repository.js';
import { CreateResourceServer } from '../resource-servers/resource-servers.schemas.js';
import { resourcesOfRealm } from '../resource-servers/resources-of-realm.js';
import { ResourceServersService } from '../resource-servers/resource-servers.service.js';
import { CommandFailure } from './command-failure.js';
import { parseOptions } from './invalid-option.js';
import { withOperator } from './operator-context.js';
import { ORGANIZATION, realmOf } from './realm-of.js';
import { repeated } from './repeated.js';
import { renderTable } from './table.js';

interface CreateOptions {
  readonly organization: string;
  readonly identifier: string;
  readonly name: string;
  readonly scope: string[];
}

const OPTIONS = { identifier: '--identifier', name: '--name', scopes: '--scope' };

/** Adds `resources create|list`. */
export function addResourcesCommand(program: Command): void {
  const resources = program
    .command('resources')
    .description('Make and list the APIs of an organization, which tokens can be made for.');

  resources
    .command('create')
    .description('Make an API, for which applications can be given tokens.')
    .requiredOption(...ORGANIZATION)
    .requiredOption('--identifier <uri>', 'the audience of its tokens')
    .requiredOption('--name <name>', 'its name for people')
    .option(
      '--scope <scope>',
      'a scope that means something to it; may be repeated',
      repeated,
      [],
    )
    .action(async ({ organization, identifier, name, scope }: CreateOptions) => {
      const input = parseOptions(
        CreateResourceServer,
        { identifier, name, scopes: scope },
        OPTIONS,
      );
      const { id } = await withOperator(async (operator) => {
        const realm = await realmOf(operator, organization);
        return operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) =>
            operator.get(ResourceServersService).create(tx, realm, input, OPERATOR),
          );
      }).catch(asFailure);
      process.stdout.write(`id          ${id}\nidentifier  ${identifier}\n`);
    });

  resources
    .command('list')
    .description('List the APIs of an organization, its own management API first.')
    .requiredOption(...ORGANIZATION)
    .action(async ({ organization }: { organization: string }) => {
      const rows = await withOperator(async (operator) => {
        const realm = await realmOf(operator, organization);
        const own = await operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) => operator.get(ResourceServersService).all(tx, realm));
        const management = resourcesOfRealm(realm, []);
        return [...management.map((api) => ({ ...api, name: 'Management API' })), ...own].map(
          ({ identifier, name, scopes }) => [identifier, name, scopes.join(' ')],
        );
      });
      process.stdout.write(`${renderTable(['IDENTIFIER', 'NAME', 'SCOPES'], rows)}\n`);
    });
}

function asFailure(error: unknown): never {
  if (!(error instanceof IdentifierTaken)) throw error;
  throw new CommandFailure('Another API has this identifier, or the organization itself.');
}
