import { generateToken } from '@nomo/security-core';
import { type Command } from 'commander';
import { OPERATOR } from '../audit/origin.js';
import { Tenants } from '../database/database.js';
import { EmailTaken } from '../users/users.repository.js';
import { CreateUser } from '../users/users.schemas.js';
import { PasswordRefused, UsersService } from '../users/users.service.js';
import { CommandFailure } from './command-failure.js';
import { parseOptions } from './invalid-option.js';
import { withOperator } from './operator-context.js';
import { ORGANIZATION, realmOf } from './realm-of.js';

interface CreateOptions {
  readonly organization: string;
  readonly email: string;
  readonly name?: string;
  readonly unverified: boolean;
}

/** The variable from which a password is taken: arguments are seen by everybody on the machine. */
const PASSWORD_VARIABLE = 'NAMOID_PASSWORD';

const OPTIONS = { email: '--email', name: '--name' };

/** Adds `users create`. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('Make users.');

  users
    .command('create')
    .description(
      `Make a user with the password in ${PASSWORD_VARIABLE}, or with a random one, shown this once.`,
    )
    .requiredOption(...ORGANIZATION)
    .requiredOption('--email <address>', 'the address they sign in with')
    .option('--name <name>', 'what they are called')
    .option(
      '--unverified',
      'nobody has made sure that the address is theirs; otherwise it counts as verified',
      false,
    )
    .action(async ({ organization, unverified, ...given }: CreateOptions) => {
      const chosen = process.env[PASSWORD_VARIABLE];
      const password = chosen ?? generateToken({ bytes: 16 }).reveal();
      // The password is judged by the rules of the organization, which say more.
      const { email, emailVerified, name } = parseOptions(
        CreateUser,
        { ...given, emailVerified: !unverified },
        OPTIONS,
      );
      const user = await withOperator(async (operator) => {
        const realm = await realmOf(operator, organization);
        const service = operator.get(UsersService);
        const passwordHash = await service.hashChosen(realm, { email, name }, password);
        return operator
          .get(Tenants)
          .withTenant(realm.orgId, (tx) =>
            service.create(tx, realm, { email, emailVerified, name, passwordHash }, OPERATOR),
          );
      }).catch(asFailure);
      process.stdout.write(`id        ${user.id}\nemail     ${user.email}\n`);
      if (chosen === undefined) process.stdout.write(`password  ${password}\n`);
    });
}

function asFailure(error: unknown): never {
  if (error instanceof EmailTaken) throw new CommandFailure('Another user has this address.');
  if (error instanceof PasswordRefused) {
    throw new CommandFailure(`${PASSWORD_VARIABLE}: ${error.message}`);
  }
  throw error;
}
