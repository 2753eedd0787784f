import { type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { findFreePort, type PrivatePostgres } from '@nomo/local/testing';
import { createService, createWorker } from '@nomo/service-kit';
import { randomUUID } from 'node:crypto';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { CreateApplication } from '../../src/applications/applications.schemas.js';
import { OPERATOR } from '../../src/audit/origin.js';
import { operatorModule } from '../../src/cli/operator-context.js';
import { Tenants } from '../../src/database/database.js';
import { identityApi, identityWorker } from '../../src/definition.js';
import { MANAGEMENT_SCOPES } from '../../src/management/management-scopes.js';
import { OrganizationsOperator } from '../../src/organizations/organizations.operator.js';
import { type Realm } from '../../src/realms/realm.js';
import { RealmsService } from '../../src/realms/realms.service.js';
import { SigningKeysService } from '../../src/signing-keys/signing-keys.service.js';
import { type User } from '../../src/users/user.js';
import { UsersService } from '../../src/users/users.service.js';
import { startStores, type Stores } from './stores.js';

export interface TestApplication {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
}

/** The service in this process, on stores of its own. */
export interface Stack extends Stores {
  readonly url: string;
  /** Everything the service has logged. */
  readonly log: () => string;
  /** Something that the service is made of. */
  get<Thing>(type: Type<Thing>): Thing;
  /** Makes an organization. Returns its live side; its test side has the name and `-test`. */
  createOrganization(slug: string): Promise<Realm>;
  realm(slug: string): Promise<Realm>;
  createApplication(
    realm: Realm,
    settings?: Partial<CreateApplication>,
  ): Promise<TestApplication>;
  createUser(realm: Realm, email?: string, password?: string): Promise<User>;
  /** An access token for the management API, as the token endpoint would make it. */
  managementToken(
    realm: Realm,
    claims?: Readonly<Record<string, unknown>>,
    typ?: string,
  ): Promise<string>;
}

/** What users of tests have for a password. */
export const PASSWORD = 'violet-harbour-71-lantern';

export async function startStack(
  environment: Readonly<Record<string, string>> = {},
  { worker = false, postgres }: { worker?: boolean; postgres?: PrivatePostgres } = {},
): Promise<Stack> {
  const stores = await startStores(postgres);
  const lines: string[] = [];
  const port = await findFreePort();
  const options = {
    environment: {
      ...stores.environment,
      PORT: String(port),
      BASE_URL: `http://127.0.0.1:${port}`,
      ...environment,
    },
    logDestination: { write: (line: string) => void lines.push(line) },
  };
  const service = await createService(identityApi, options);
  const working = worker ? await createWorker(identityWorker, options) : undefined;
  const operator = await NestFactory.createApplicationContext(
    operatorModule(options.environment),
    { logger: false, abortOnError: false },
  );
  const get = <Thing>(type: Type<Thing>): Thing => service.app.get(type, { strict: false });
  const managers = new Map<string, Promise<TestApplication>>();

  const stack: Stack = {
    ...stores,
    environment: options.environment,
    url: service.url,
    log: () => lines.join(''),
    get,
    async createOrganization(slug) {
      await operator
        .get(OrganizationsOperator, { strict: false })
        .create({ slug, name: `${slug} Inc.` }, OPERATOR);
      return stack.realm(slug);
    },
    async realm(slug) {
      const realm = await get(RealmsService).find(slug);
      if (realm === undefined) throw new Error(`there is no organization ${slug}`);
      return realm;
    },
    async createApplication(realm, settings = {}) {
      const input = CreateApplication.parse({
        type: 'web',
        tokenEndpointAuthMethod: 'client_secret_basic',
        name: `Application ${randomUUID()}`,
        redirectUris: ['https://app.example.com/callback'],
        grantTypes: ['authorization_code', 'refresh_token'],
        ...settings,
      });
      return get(Tenants).withTenant(realm.orgId, async (tx) => {
        const { application, secret } = await get(ApplicationsService).create(
          tx,
          realm,
          input,
          OPERATOR,
        );
        return { clientId: application.clientId, clientSecret: secret?.reveal() };
      });
    },
    async createUser(realm, email = `${randomUUID()}@example.com`, password = PASSWORD) {
      const users = get(UsersService);
      const passwordHash = await users.hashChosen(realm, { email, name: undefined }, password);
      const user = { email, emailVerified: true, name: undefined, passwordHash };
      return get(Tenants).withTenant(realm.orgId, (tx) =>
        users.create(tx, realm, user, OPERATOR),
      );
    },
    async managementToken(realm, claims = {}, typ = 'at+jwt') {
      let manager = managers.get(realm.slug);
      if (manager === undefined) {
        manager = stack.createApplication(realm, {
          type: 'machine',
          name: 'Manager',
          redirectUris: [],
          grantTypes: ['client_credentials'],
        });
        managers.set(realm.slug, manager);
      }
      const { clientId } = await manager;
      const now = Math.floor(Date.now() / 1_000);
      const signer = await get(SigningKeysService).signerOf(realm);
      return signer.sign(
        { typ },
        {
          iss: realm.issuer,
          aud: realm.managementAudience,
          sub: clientId,
          client_id: clientId,
          iat: now,
          exp: now + 300,
          jti: randomUUID(),
          scope: Object.keys(MANAGEMENT_SCOPES).join(' '),
          ...claims,
        },
      );
    },
    async stop() {
      await working?.close();
      await operator.close();
      await service.close();
      await stores.stop();
    },
  };
  return stack;
}
