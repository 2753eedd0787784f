import { Module } from '@nestjs/common';
import { ResourceServersController } from './resource-servers.controller.js';
import { ResourceServersRepository } from './resource-servers.repository.js';
import { ResourceServersService } from './resource-servers.service.js';

/** APIs that access tokens can be made for. */
@Module({
  controllers: [ResourceServersController],
  providers: [ResourceServersRepository, ResourceServersService],
  exports: [ResourceServersService],
})
export class ResourceServersModule {}
