import { Global, Module } from '@nestjs/common';
import { AttemptLimits } from './attempt-limits.js';

/** Counting what may be tried so often, for whoever answers HTTP. */
@Global()
@Module({ providers: [AttemptLimits], exports: [AttemptLimits] })
export class LimitsModule {}
