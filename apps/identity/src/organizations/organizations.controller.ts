import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problem } from '@nomo/service-kit';
import { type Call, CurrentCall } from '../management/call.js';
import { given } from '../management/given.js';
import { Mutations } from '../management/mutations.js';
import { ManagementOperation } from '../management/operation.js';
import { RealmsService } from '../realms/realms.service.js';
import { OrganizationsRepository } from './organizations.repository.js';
import {
  OrganizationAnswer,
  showOrganization,
  UpdateOrganization,
} from './organizations.schemas.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organization')
@Controller(':org/api/v1/organization')
export class OrganizationsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly repository: OrganizationsRepository,
    private readonly realms: RealmsService,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'organization:read',
    summary: 'Read the organization',
    answer: OrganizationAnswer,
  })
  async readOrganization(@CurrentCall() call: Call): Promise<OrganizationAnswer> {
    const { realm } = call;
    return this.mutations.run(call, async (tx) =>
      showOrganization(realm, await this.repository.get(tx, realm.orgId)),
    );
  }

  @Patch()
  @ManagementOperation({
    scope: 'organization:write',
    summary: 'Change the organization; both its modes',
    answer: OrganizationAnswer,
  })
  async updateOrganization(
    @CurrentCall() call: Call,
    @Body({ schema: UpdateOrganization }) change: UpdateOrganization,
  ): Promise<OrganizationAnswer> {
    const { realm, origin } = call;
    const answer = await this.mutations.run(call, async (tx) => {
      const row = await this.repository.lock(tx, realm.orgId);
      const after = { ...row, ...given(change) };
      refuseLongerIdle(after.refreshTokenIdleTtl, after.refreshTokenTtl, 'refreshTokenIdleTtl');
      refuseLongerIdle(after.sessionIdleTtl, after.sessionTtl, 'sessionIdleTtl');
      return showOrganization(
        realm,
        await this.organizations.update(tx, realm, given(change), origin),
      );
    });
    this.realms.forget(realm);
    return answer;
  }
}

function refuseLongerIdle(idle: number, whole: number, path: string): void {
  if (idle <= whole) return;
  const message = 'What nobody uses cannot last longer than what somebody uses.';
  throw Problem.invalidRequest(`${path}: ${message}`, [{ path, message }]);
}
