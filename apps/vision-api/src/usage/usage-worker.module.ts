import { Module } from '@nestjs/common';
import { UsageWorker } from './usage.worker.js';
import { UsageWriter } from './usage.writer.js';

/** The worker's side of usage: from the queue into PostgreSQL. */
@Module({ providers: [UsageWorker, UsageWriter] })
export class UsageWorkerModule {}
