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
    summary: 'Change the organization; both its modes, and so in live mode only',
    answer: OrganizationAnswer,
    problems: { 409: ['live_mode_only'] },
  })
  async updateOrganization(
    @CurrentCall() call: Call,
    @Body({ schema: UpdateOrganization }) change: UpdateOrganization,
  ): Promise<OrganizationAnswer> {
    const { realm, origin } = call;
    if (realm.mode === 'test') throw liveModeOnly();
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

/** What is tried out must not change what people rely on. */
function liveModeOnly(): Problem {
  return new Problem({
    status: 409,
    code: 'live_mode_only',
    detail: 'Both modes share these settings: change them with a token of the live mode.',
  });
}

function refuseLongerIdle(idle: number, whole: number, path: string): void {
  if (idle <= whole) return;
  const message = 'What nobody uses cannot last longer than what somebody uses.';
  throw Problem.invalidRequest(`${path}: ${message}`, [{ path, message }]);
}
