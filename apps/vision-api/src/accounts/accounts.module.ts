import { Module } from '@nestjs/common';
import { GateModule } from '../gate/gate.module.js';
import { CustomerRates } from './customer-rates.js';
import { IdentitiesRepository } from './identities.repository.js';

/** Who customers are, and how much each may ask. */
@Module({
  // It has the limits on Redis.
  imports: [GateModule],
  providers: [IdentitiesRepository, CustomerRates],
  exports: [IdentitiesRepository, CustomerRates],
})
export class AccountsModule {}
