import { Injectable } from '@nestjs/common';
import { type Access } from '@nomo/oauth-engine';
import { Tenants } from '../database/database.js';
import { type Realm } from '../realms/realm.js';
import { ResourceServersService } from '../resource-servers/resource-servers.service.js';
import { UsersService } from '../users/users.service.js';
import { type Person } from './pages/form-parts.js';
import { accessInWords, type ScopeInWords } from './pages/scope-words.js';

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

  async access(realm: Realm, userId: string, access: Access): Promise<AccessInWords> {
    const person = await this.person(realm, userId);
    const servers = await this.tenants.withTenant(realm.orgId, (tx) =>
      this.servers.all(tx, realm),
    );
    return { person, scopes: accessInWords(access, servers, realm.managementAudience) };
  }
}
