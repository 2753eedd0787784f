import { type Command } from 'commander';
import { OPERATOR } from '../audit/origin.js';
import {
  InvalidName,
  InvalidSlug,
  OrganizationsOperator,
} from '../organizations/organizations.operator.js';
import { SlugTaken } from '../organizations/organizations.repository.js';
import { CommandFailure } from './command-failure.js';
import { withOperator } from './operator-context.js';
import { renderTable } from './table.js';

/** Adds `organizations create|list`. */
export function addOrganizationsCommand(program: Command): void {
  const organizations = program
    .command('organizations')
    .description('Make and list organizations.');

  organizations
    .command('create')
    .description('Make an organization, with a live and a test mode.')
    .requiredOption('--slug <slug>', 'its name in paths: a-z, 0-9 and hyphens')
    .requiredOption('--name <name>', 'its name for people')
    .action(async ({ slug, name }: { slug: string; name: string }) => {
      const id = await withOperator((operator) =>
        operator.get(OrganizationsOperator).create({ slug, name }, OPERATOR).catch(asFailure),
      );
      process.stdout.write(
        `Made ${slug} (${id}). Its live issuer ends in /${slug}, its test issuer in /${slug}-test.\n`,
      );
    });

  organizations
    .command('list')
    .description('List all organizations.')
    .action(async () => {
      const all = await withOperator((operator) => operator.get(OrganizationsOperator).list());
      const rows = all.map(({ slug, name, id, createdAt }) => [
        slug,
        name,
        id,
        createdAt.toISOString(),
      ]);
      process.stdout.write(`${renderTable(['SLUG', 'NAME', 'ID', 'MADE'], rows)}\n`);
    });
}

function asFailure(error: unknown): never {
  if (error instanceof SlugTaken) {
    throw new CommandFailure(
      'Another organization has this name in its paths: choose another.',
    );
  }
  if (error instanceof InvalidName) throw new CommandFailure(`--name: ${error.message}`);
  if (error instanceof InvalidSlug) throw new CommandFailure(`${error.message}.`);
  throw error;
}
