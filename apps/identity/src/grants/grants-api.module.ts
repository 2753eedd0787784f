import { Module } from '@nestjs/common';
import { GrantsController } from './grants.controller.js';
import { GrantsModule } from './grants.module.js';

/** Grants, as they are administered. */
@Module({ imports: [GrantsModule], controllers: [GrantsController] })
export class GrantsApiModule {}
