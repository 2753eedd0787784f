import { isApiKeyId, type ApiKeyId } from '@nomo/security-core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type ApiKey } from '../keys/keys.repository.js';
import { isScope, SCOPES, type Scope } from '../keys/scopes.js';
import { CommandFailure } from './command-failure.js';
import { parseExpiry } from './expiry.js';
import { withKeys } from './keys-context.js';
import { operator } from './operator.js';
import { renderTable } from './table.js';

interface CreateOptions {
  readonly user: string;
  readonly scopes: readonly Scope[];
  readonly expires: Date | undefined;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly json: boolean;
}

/** Adds `keys create|list|revoke`. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('Make, list and revoke API keys.');
  addCreateCommand(keys);
  addListCommand(keys);
  addRevokeCommand(keys);
}

function addCreateCommand(keys: Command): void {
  keys
    .command('create')
    .description('Make an API key. Its secret is shown once and stored nowhere.')
    .requiredOption('--user <email>', 'the customer, made on first sight', parseEmail)
    .requiredOption(
      '--scopes <list>',
      `comma-separated, of: ${SCOPES.join(', ')}; or: all`,
      parseScopes,
    )
    .option(
      '--expires <when>',
      'a date (2027-01-31), a time from now (90d, 12h), or: never',
      parseExpiryOption,
    )
    .option('--name <text>', 'what the key is for', parseName, '')
    .addOption(new Option('--mode <mode>').choices(['live', 'test']).default('live'))
    .option('--json', 'print one line of JSON', false)
    .action(async (options: CreateOptions) => {
      const { apiKey, key } = await withKeys((service) =>
        service.create(
          options.user,
          {
            mode: options.mode,
            name: options.name,
            scopes: options.scopes,
            expiresAt: options.expires,
          },
          operator(),
        ),
      );
      if (options.json) {
        print(JSON.stringify({ ...describe(apiKey), key: key.reveal() }));
        return;
      }
      print(
        `API key for ${options.user} (${apiKey.scopes.join(', ')}; ` +
          `${apiKey.expiresAt ? `expires ${apiKey.expiresAt.toISOString()}` : 'does not expire'}):`,
        '',
        `  ${key.reveal()}`,
        '',
        'Keep it now: the secret is not stored and cannot be shown again.',
      );
    });
}

function addListCommand(keys: Command): void {
  keys
    .command('list')
    .description('List the API keys of a customer.')
    .requiredOption('--user <email>', 'the customer', parseEmail)
    .option('--json', 'print one line of JSON a key', false)
    .action(async ({ user, json }: { user: string; json: boolean }) => {
      const owned = await withKeys((service) => service.list(user));
      if (owned === undefined) throw new CommandFailure(`There is no customer ${user}.`);
      if (json) print(...owned.map((key) => JSON.stringify(describe(key))));
      else if (owned.length === 0) print(`${user} has no API key.`);
      else print(keyTable(owned));
    });
}

function addRevokeCommand(keys: Command): void {
  keys
    .command('revoke')
    .description('Revoke an API key, at once and for good.')
    .argument('<key-id>', 'the part of the key before the dot', parseKeyId)
    .option('--user <email>', 'revoke only if the key belongs to this customer', parseEmail)
    .action(async (id: ApiKeyId, { user }: { user?: string }) => {
      const outcome = await withKeys(async (service) => {
        if (user === undefined) return service.revokeAny(id, operator());
        const userId = await service.customer(user);
        return userId === undefined ? 'unknown' : service.revoke(userId, id, operator());
      });
      switch (outcome) {
        case 'revoked':
          print(`Revoked ${id}: it is refused from now on.`);
          return;
        case 'already-revoked':
          print(`${id} was revoked before.`);
          return;
        case 'unknown':
          throw new CommandFailure(
            `There is no API key ${id}${user === undefined ? '' : ` of ${user}`}.`,
          );
      }
    });
}

function describe(key: ApiKey): Record<string, unknown> {
  const { id, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  return {
    id,
    name,
    scopes,
    createdAt,
    expiresAt: expiresAt ?? null,
    revokedAt: revokedAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
  };
}

function keyTable(keys: readonly ApiKey[]): string {
  const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? '–';
  const rows = keys.map((key) => [
    key.id,
    key.name === '' ? '–' : key.name,
    key.scopes.join(' '),
    stateOf(key),
    day(key.createdAt),
    day(key.expiresAt),
    key.lastUsedAt?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never',
  ]);
  return renderTable(
    ['KEY ID', 'NAME', 'SCOPES', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED'],
    rows,
  );
}

function stateOf(key: ApiKey): 'active' | 'expired' | 'revoked' {
  if (key.revokedAt !== undefined) return 'revoked';
  return key.expiresAt !== undefined && key.expiresAt.getTime() <= Date.now()
    ? 'expired'
    : 'active';
}

function parseEmail(text: string): string {
  const email = z.email().max(320).safeParse(text.trim().toLowerCase());
  if (!email.success) throw new InvalidArgumentError('This is not an e-mail address.');
  return email.data;
}

function parseScopes(text: string): readonly Scope[] {
  if (text === 'all') return SCOPES;
  const scopes = [...new Set(text.split(',').map((scope) => scope.trim()))];
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`“${unknown}” is none of: ${SCOPES.join(', ')}.`);
  }
  return scopes.filter(isScope);
}

function parseExpiryOption(text: string): Date | undefined {
  const expiry = parseExpiry(text, new Date());
  if (expiry.ok) return expiry.at;
  throw new InvalidArgumentError(expiry.reason);
}

function parseName(text: string): string {
  if (text.length > 100) throw new InvalidArgumentError('A name has at most 100 characters.');
  return text;
}

function parseKeyId(text: string): ApiKeyId {
  if (!isApiKeyId(text)) {
    throw new InvalidArgumentError(
      'A key id reads nmk_live_… or nmk_test_…: the part of the key before the dot.',
    );
  }
  return text;
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
