import { Module } from '@nestjs/common';
import { Limits } from '@nomo/limits';
import { Redis } from 'ioredis';
import { KeyLookupModule } from '../keys/key-lookup.module.js';
import { Revocations } from '../keys/revocations.js';
import { Gate } from './gate.service.js';

@Module({
  imports: [KeyLookupModule],
  providers: [
    { provide: Limits, inject: [Redis], useFactory: (redis: Redis) => new Limits(redis) },
    Revocations,
    Gate,
  ],
  exports: [Gate, Limits],
})
export class GateModule {}
