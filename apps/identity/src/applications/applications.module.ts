import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module.js';
import { ResourceServersModule } from '../resource-servers/resource-servers.module.js';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplicationsRepository } from './applications.repository.js';
import { ApplicationsService } from './applications.service.js';

/** OAuth clients. */
@Module({
  imports: [GrantsModule, ResourceServersModule, SecurityEventsModule],
  controllers: [ApplicationsController],
  providers: [ApplicationsRepository, ApplicationsService],
  exports: [ApplicationsRepository, ApplicationsService],
})
export class ApplicationsModule {}
