import { Injectable } from '@nestjs/common';
import { Tenants } from '../database/database.js';
import { type Realm } from '../realms/realm.js';
import { ResourceServersService } from '../resource-servers/resource-servers.service.js';
import { UsersService } from '../users/users.service.js';
import { type Person } from './pages/form-parts.js';
import { type ScopeInWords, scopesInWords } from './pages/scope-words.js';

/** What pages about access show: whose it is, and what it is. */
export interface AccessInWords {
  readonly person: Person;
  readonly scopes: readonly ScopeInWords[];
}

/** Reads what pages show of people, and of what is asked of them. */
@Injectable()
export class People {
  constructor(
    private readonly tenants: Tenants,
    private readonly users: UsersService,
    private readonly servers: ResourceServersService,
  ) {}

  async person(realm: Realm, userId: string): Promise<Person> {
    const user = await this.tenants.withTenant(realm.orgId, (tx) =>
      this.users.find(tx, realm, userId),
    );
    return { email: user?.email ?? '', name: user?.name };
  }

  async access(
    realm: Realm,
    userId: string,
    asked: { readonly scope: readonly string[]; readonly resources: readonly string[] },
  ): Promise<AccessInWords> {
    const person = await this.person(realm, userId);
    const servers = await this.tenants.withTenant(realm.orgId, (tx) =>
      this.servers.all(tx, realm),
    );
    const { scope, resources } = asked;
    return {
      person,
      scopes: scopesInWords(scope, resources, servers, realm.managementAudience),
    };
  }
}
