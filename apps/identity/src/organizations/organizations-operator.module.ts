import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { OrganizationsOperator } from './organizations.operator.js';
import { OperatedOrganizationsRepository } from './organizations.repository.js';

/** Making organizations: for the command line. */
@Module({
  imports: [SigningKeysModule],
  providers: [OrganizationsOperator, OperatedOrganizationsRepository],
  exports: [OrganizationsOperator],
})
export class OrganizationsOperatorModule {}
