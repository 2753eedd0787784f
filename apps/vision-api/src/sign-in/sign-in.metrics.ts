import { Injectable } from '@nestjs/common';
import { Metrics } from '@nomo/service-kit';
import { Counter } from 'prom-client';
import { type SignInFailureReason } from './sign-in-failure.js';

/** How sign-ins to the console end, for Prometheus. */
@Injectable()
export class SignInMetrics {
  private readonly signIns: Counter<'outcome'>;

  constructor({ registry }: Metrics) {
    this.signIns = new Counter({
      name: 'vision_console_sign_ins_total',
      help: 'Sign-ins to the console that have ended, by outcome: signed_in, or why not.',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  count(outcome: 'signed_in' | SignInFailureReason): void {
    this.signIns.inc({ outcome });
  }
}
