import { Module } from '@nestjs/common';
import { IdentitiesRepository } from './identities.repository.js';

/** Who customers are. */
@Module({ providers: [IdentitiesRepository], exports: [IdentitiesRepository] })
export class AccountsModule {}
