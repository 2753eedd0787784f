import { type Command } from 'commander';
import { OPERATOR } from '../audit/origin.js';
import { KeyRotation, NextKeyTooYoung } from '../signing-keys/key-rotation.js';
import { CommandFailure } from './command-failure.js';
import { withOperator } from './operator-context.js';
import { ORGANIZATION, realmOf } from './realm-of.js';

interface RotateOptions {
  readonly organization: string;
  readonly compromised: boolean;
}

/** Adds `keys rotate`. */
export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('Rotate signing keys.')
    .command('rotate')
    .description('Sign with the next key from now on.')
    .requiredOption(...ORGANIZATION)
    .option(
      '--compromised',
      'the key may be known: all it signed is void within five seconds',
      false,
    )
    .action(async ({ organization, compromised }: RotateOptions) => {
      const { retiredKid, activeKid } = await withOperator(async (operator) => {
        const realm = await realmOf(operator, organization);
        const reason = compromised ? 'compromised' : 'by_hand';
        return operator.get(KeyRotation).rotate(realm, reason, OPERATOR);
      }).catch(asFailure);
      process.stdout.write(
        `${activeKid} signs now; ${retiredKid} ${compromised ? 'is void' : 'is published for a week yet'}.\n`,
      );
    });
}

function asFailure(error: unknown): never {
  if (error instanceof NextKeyTooYoung) {
    throw new CommandFailure(
      `The next key has to be published for ${error.retryAfterSeconds} s more before it signs. If the key that signs may be known to somebody: --compromised.`,
    );
  }
  throw error;
}
