import { once } from 'node:events';
import type { Writable } from 'node:stream';

import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

import type { Checkpointer } from '../checkpoints/checkpointer.js';
import type { ReadCheckpointsOptions } from '../checkpoints/log.js';
import type { AuditDatabase } from '../database.js';
import { exportChain } from '../export.js';
import { verifyAudit } from '../verify.js';
import { counted, describeFinding, summarize } from './findings.js';
import { progressBar } from './progress-bar.js';

/** What the commands work with, while one of them runs. */
export interface AuditCommandTools {
  readonly database: AuditDatabase;
  /** By what `verify` holds the chains, if it has the store and the public key. */
  readonly checkpoints?: Omit<ReadCheckpointsOptions, 'only'>;
  /** For `checkpoint`, if the app has the private key. */
  readonly checkpointer?: Checkpointer;
}

/** What an app gives to the commands. */
export interface AuditCommandContext {
  /** Opens what a command needs, and closes it when `work` is over. */
  withAudit<R>(work: (tools: AuditCommandTools) => Promise<R>): Promise<R>;
  /** `process.stdout` unless given. */
  readonly stdout?: Writable;
  /** Where the progress bar is drawn, if it is a terminal. `process.stderr` unless given. */
  readonly stderr?: Writable & { readonly isTTY?: boolean };
}

interface VerifyArguments {
  readonly tenant?: string;
  readonly atLeast: number;
}

interface ExportArguments {
  readonly tenant: string;
  readonly from: number;
  readonly to?: number;
}

/**
 * Adds `audit verify`, `audit export` and `audit checkpoint` to a program. `verify` sets the exit
 * code to 1 if anything was tampered with; it and `export` fail if the tenant has no events.
 */
export function addAuditCommands(program: Command, context: AuditCommandContext): void {
  const { stdout = process.stdout, stderr = process.stderr } = context;
  const audit = program
    .command('audit')
    .description('Verify, export and sign the audit trail.');

  audit
    .command('verify')
    .description('Recompute the hash chains, and name the first bad row of each.')
    .option('--tenant <id>', 'only the chain of this tenant', parseTenant)
    .option('--at-least <files>', 'so many checkpoint files there have to be', parseNumber, 0)
    .action(async ({ tenant, atLeast }: VerifyArguments) => {
      const bar = progressBar(stderr);
      const report = await context
        .withAudit(({ database, checkpoints }) =>
          verifyAudit(database, {
            ...(tenant !== undefined && { tenant }),
            ...(checkpoints && {
              checkpoints: {
                ...checkpoints,
                atLeast: Math.max(atLeast, checkpoints.atLeast ?? 0),
              },
            }),
            onProgress: bar.show,
          }),
        )
        .finally(bar.clear);
      // Nothing is whole that is not there: a name that was mistyped must not pass for it.
      if (tenant !== undefined && report.events === 0 && report.findings.length === 0) {
        return noEventsOf(audit, tenant);
      }
      for (const finding of report.findings)
        await write(stdout, `${describeFinding(finding)}\n`);
      await write(stdout, `${summarize(report)}\n`);
      if (report.findings.length > 0) process.exitCode = 1;
    });

  audit
    .command('export')
    .description('Print a chain as JSON Lines, which an outsider can verify.')
    .requiredOption('--tenant <id>', 'whose chain', parseTenant)
    .option('--from <number>', 'the first sequence number', parseNumber, 1)
    .option('--to <number>', 'the last', parseNumber)
    .action(async ({ tenant, from, to }: ExportArguments) => {
      if (to !== undefined && to < from) {
        audit.error('--to lies before --from.', {
          exitCode: 2,
          code: 'commander.invalidArgument',
        });
      }
      const isThere = await context.withAudit(async ({ database }) => {
        let lines = 0;
        const range = { tenant, from, ...(to !== undefined && { to }) };
        for await (const line of exportChain(database, range)) {
          await write(stdout, line);
          lines += 1;
        }
        return lines > 0 || (await hasEvents(database, tenant));
      });
      if (!isThere) noEventsOf(audit, tenant);
    });

  audit
    .command('checkpoint')
    .description('Sign now where the chains stand, outside the database.')
    .action(async () => {
      const result = await context.withAudit(async ({ checkpointer }) => checkpointer?.run());
      if (result === undefined) {
        return audit.error('There is no signing key: set up checkpoints first.', {
          exitCode: 1,
          // Not a mistake in the command itself, which commander's own codes tell of.
          code: 'audit.no_signing_key',
        });
      }
      await write(
        stdout,
        `${counted(result.chains, 'chain')} signed. The last checkpoint file is number ${result.lastFile}.\n`,
      );
    });
}

function noEventsOf(audit: Command, tenant: string): never {
  audit.error(`There are no events of a tenant ${tenant} in the audit trail.`, {
    exitCode: 1,
    code: 'audit.no_such_tenant',
  });
}

/** Nothing from some number on is what whoever exports bit by bit finds, and no mistake. */
async function hasEvents(database: AuditDatabase, tenant: string): Promise<boolean> {
  const { done } = await exportChain(database, { tenant, from: 1, to: 1 }).next();
  return done !== true;
}

/** Waits where the reader is slower. */
async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

function parseTenant(text: string): string {
  if (!z.guid().safeParse(text).success) {
    throw new InvalidArgumentError('A tenant is named by its UUID.');
  }
  return text.toLowerCase();
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/u.test(text) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('Give a whole number.');
  }
  return number;
}
