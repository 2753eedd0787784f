import { Module } from '@nestjs/common';
import { DeliveryMetrics } from './delivery-metrics.js';

/** What all kinds of deliveries share in one process. */
@Module({ providers: [DeliveryMetrics], exports: [DeliveryMetrics] })
export class DeliveriesModule {}
