import { generateToken } from '@nomo/security-core';
import { type Command } from 'commander';
import { type z } from 'zod';
import { type Application } from '../applications/application.js';
import { ApplicationsRepository } from '../applications/applications.repository.js';
import { CreateApplication } from '../applications/applications.schemas.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { OPERATOR } from '../audit/origin.js';
import { Tenants, type Tx } from '../database/database.js';
import { MANAGEMENT_SCOPES } from '../management/management-scopes.js';
import { OrganizationsOperator } from '../organizations/organizations.operator.js';
import { type Realm } from '../realms/realm.js';
import { RealmsService } from '../realms/realms.service.js';
import { ResourceServersService } from '../resource-servers/resource-servers.service.js';
import { USER_SCOPES } from '../resource-servers/resources-of-realm.js';
import { UsersRepository } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';
import { type Operator, withOperator } from './operator-context.js';

const ORGANIZATION = { slug: 'demo', name: 'Demo' };
const EMAIL = 'ada@example.com';
const REDIRECT_URIS = ['http://localhost:9000/callback'];
const CONSOLE = 'nomosly console';
/** The other service of this repository, which takes tokens of this one. */
const VISION = {
  identifier: 'vision-api',
  name: 'nomosly',
  scopes: ['keys:read', 'keys:write', 'usage:read'],
};

interface Demo {
  readonly org: string;
  readonly issuer: string;
  readonly user: { readonly email: string; readonly password: string };
  readonly applications: {
    readonly web: DemoApplication;
    readonly spa: DemoApplication;
    readonly machine: DemoApplication;
    readonly console?: DemoApplication;
  };
}

interface Options {
  readonly existingClientId?: string;
  readonly consoleUrl?: string;
}

interface DemoApplication {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris?: readonly string[];
}

/**
 * Seeds the demo of the local stack. Keeps what is there when all of it was shown before, as
 * secrets cannot be shown again; otherwise those are made anew for the same organization.
 */
export function addDemoCommand(program: Command): void {
  program
    .command('demo', { hidden: true })
    .description('Seed the demo of the local stack; prints one line of JSON.')
    .option('--existing-client-id <id>', 'the demo web application of an earlier start')
    .option('--console-url <url>', 'where the console of nomosly is reached')
    .action(async ({ existingClientId, consoleUrl }: Options) => {
      const answer = await withOperator(async (operator) => {
        const known = await operator.get(RealmsService).find(ORGANIZATION.slug);
        if (
          known !== undefined &&
          existingClientId !== undefined &&
          (await isThere(operator, known, existingClientId)) &&
          (await pointConsole(operator, known, consoleUrl))
        ) {
          return { kept: true, issuer: known.issuer };
        }
        return seed(operator, known ?? (await makeOrganization(operator)), consoleUrl);
      });
      process.stdout.write(`${JSON.stringify(answer)}\n`);
    });
}

async function isThere(operator: Operator, realm: Realm, clientId: string): Promise<boolean> {
  const application = await operator
    .get(Tenants)
    .withTenant(realm.orgId, (tx) =>
      operator.get(ApplicationsRepository).find(tx, realm, clientId),
    );
  return application !== undefined && application.disabledAt === undefined;
}

/**
 * Has the console's application lead to where the console is now.
 *
 * @returns whether that is as it should be; not where there is none
 */
async function pointConsole(
  operator: Operator,
  realm: Realm,
  consoleUrl: string | undefined,
): Promise<boolean> {
  if (consoleUrl === undefined) return true;
  return operator.get(Tenants).withTenant(realm.orgId, async (tx) => {
    const known = await operator.get(ApplicationsRepository).findByName(tx, realm, CONSOLE);
    if (known === undefined || known.disabledAt !== undefined) return false;
    await updateAddresses(operator, tx, realm, known, addressesOf(consoleUrl));
    return true;
  });
}

async function updateAddresses(
  operator: Operator,
  tx: Tx,
  realm: Realm,
  known: Application,
  addresses: ReturnType<typeof addressesOf>,
): Promise<void> {
  if (known.redirectUris[0] === addresses.redirectUris[0]) return;
  const applications = operator.get(ApplicationsService);
  await applications.update(tx, realm, known.clientId, addresses, OPERATOR);
}

/** Where NamoID meets the console of nomosly. */
function addressesOf(consoleUrl: string): {
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  backchannelLogoutUri: string;
} {
  return {
    redirectUris: [`${consoleUrl}/dashboard/callback`],
    postLogoutRedirectUris: [`${consoleUrl}/dashboard/signed-out`],
    backchannelLogoutUri: `${consoleUrl}/dashboard/backchannel-logout`,
  };
}

async function makeOrganization(operator: Operator): Promise<Realm> {
  await operator.get(OrganizationsOperator).create(ORGANIZATION, OPERATOR);
  const realms = operator.get(RealmsService);
  // It was looked for a moment ago, and not found.
  realms.forget({ slug: ORGANIZATION.slug });
  const realm = await realms.find(ORGANIZATION.slug);
  if (realm === undefined) throw new Error('the organization that was made is not there');
  return realm;
}

async function seed(
  operator: Operator,
  realm: Realm,
  consoleUrl: string | undefined,
): Promise<Demo> {
  const users = operator.get(UsersService);
  const password = generateToken({ bytes: 16 }).reveal();
  const name = 'Ada Lovelace';
  const passwordHash = await users.hashChosen(realm, { email: EMAIL, name }, password);
  return operator.get(Tenants).withTenant(realm.orgId, async (tx) => {
    const user = await operator.get(UsersRepository).findByEmail(tx, realm, EMAIL);
    if (user === undefined) {
      const input = { email: EMAIL, emailVerified: true, name, passwordHash };
      await users.create(tx, realm, input, OPERATOR);
    } else {
      await users.setPassword(tx, realm, user.id, passwordHash, OPERATOR);
    }
    const servers = operator.get(ResourceServersService);
    const known = await servers.all(tx, realm);
    if (!known.some(({ identifier }) => identifier === VISION.identifier)) {
      await servers.create(tx, realm, VISION, OPERATOR);
    }
    return {
      org: realm.slug,
      issuer: realm.issuer,
      user: { email: EMAIL, password },
      applications: {
        web: await ensureApplication(operator, tx, realm, {
          type: 'web',
          name: 'Demo web application',
          tokenEndpointAuthMethod: 'client_secret_basic',
          redirectUris: REDIRECT_URIS,
          grantTypes: ['authorization_code', 'refresh_token'],
          scopes: [...USER_SCOPES, ...VISION.scopes],
          resources: [VISION.identifier],
        }),
        spa: await ensureApplication(operator, tx, realm, {
          type: 'single_page',
          name: 'Demo single-page application',
          tokenEndpointAuthMethod: 'none',
          redirectUris: REDIRECT_URIS,
          grantTypes: ['authorization_code', 'refresh_token'],
          scopes: USER_SCOPES,
        }),
        machine: await ensureApplication(operator, tx, realm, {
          type: 'machine',
          name: 'Demo machine',
          tokenEndpointAuthMethod: 'client_secret_basic',
          grantTypes: ['client_credentials'],
          scopes: [...Object.keys(MANAGEMENT_SCOPES), ...VISION.scopes],
          resources: [realm.managementAudience, VISION.identifier],
          defaultResource: realm.managementAudience,
        }),
        ...(consoleUrl !== undefined && {
          console: await ensureConsole(operator, tx, realm, consoleUrl),
        }),
      },
    };
  });
}

/** The console of nomosly: of another house than the organization, so its users are asked. */
async function ensureConsole(
  operator: Operator,
  tx: Tx,
  realm: Realm,
  consoleUrl: string,
): Promise<DemoApplication> {
  const addresses = addressesOf(consoleUrl);
  const known = await operator.get(ApplicationsRepository).findByName(tx, realm, CONSOLE);
  if (known !== undefined) await updateAddresses(operator, tx, realm, known, addresses);
  return ensureApplication(operator, tx, realm, {
    type: 'web',
    name: CONSOLE,
    tokenEndpointAuthMethod: 'client_secret_basic',
    ...addresses,
    grantTypes: ['authorization_code'],
    scopes: ['openid', 'profile', 'email'],
  });
}

/** The application with this name, made where it is missing; its secret is new in any case. */
async function ensureApplication(
  operator: Operator,
  tx: Tx,
  realm: Realm,
  settings: z.input<typeof CreateApplication>,
): Promise<DemoApplication> {
  const applications = operator.get(ApplicationsService);
  const input = CreateApplication.parse(settings);
  const known = await operator.get(ApplicationsRepository).findByName(tx, realm, input.name);
  if (known === undefined) {
    const { application, secret } = await applications.create(tx, realm, input, OPERATOR);
    return demoOf(application.clientId, secret?.reveal(), input.redirectUris);
  }
  await applications.enable(tx, realm, known.clientId, OPERATOR);
  const rotated =
    known.tokenEndpointAuthMethod === 'none'
      ? undefined
      : await applications.rotateSecret(tx, realm, known.clientId, 0, OPERATOR);
  return demoOf(known.clientId, rotated?.secret.reveal(), known.redirectUris);
}

function demoOf(
  clientId: string,
  clientSecret: string | undefined,
  redirectUris: readonly string[],
): DemoApplication {
  return {
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(redirectUris.length > 0 && { redirectUris }),
  };
}
