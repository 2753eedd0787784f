import { isApiKeyId } from '@nomo/security-core';
import { type Command } from 'commander';
import { SCOPES } from '../keys/scopes.js';
import { withKeys } from './keys-context.js';
import { operator } from './operator.js';

/** The user of NamoID's demo, who finds this key in the console. */
const DEMO_USER = 'ada@example.com';

/**
 * Seeds the demo of the local stack: a key with every scope. Keeps the one that is there, as
 * its secret cannot be shown again, unless it is gone or revoked.
 */
export function addDemoCommand(program: Command): void {
  program
    .command('demo', { hidden: true })
    .description('Seed the demo of the local stack; prints one line of JSON.')
    .option('--existing-key-id <id>', 'the demo key of an earlier start')
    .action(async ({ existingKeyId }: { existingKeyId?: string }) => {
      const answer = await withKeys(async (keys) => {
        if (isApiKeyId(existingKeyId)) {
          const existing = await keys.find(existingKeyId);
          const isGood =
            existing?.revokedAt === undefined &&
            existing?.userId === (await keys.customer(DEMO_USER));
          if (existing !== undefined && isGood) return { kept: true };
        }
        const { apiKey, key } = await keys.create(
          DEMO_USER,
          { mode: 'test', name: 'demo', scopes: SCOPES, expiresAt: undefined },
          operator(),
        );
        return { apiKey: key.reveal(), keyId: apiKey.id };
      });
      process.stdout.write(`${JSON.stringify(answer)}\n`);
    });
}
