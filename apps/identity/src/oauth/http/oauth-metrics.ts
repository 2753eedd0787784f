import { Injectable } from '@nestjs/common';
import { type EndpointName } from '@nomo/oauth-engine';
import { Metrics } from '@nomo/service-kit';
import { Counter } from 'prom-client';

/** Counts what OAuth endpoints answer. Both labels take few values, whatever clients send. */
@Injectable()
export class OAuthMetrics {
  private readonly answers: Counter<'endpoint' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.answers = new Counter({
      name: 'oauth_answers_total',
      help: 'Answers of the OAuth endpoints, by endpoint and by outcome: ok, or the code of the refusal.',
      labelNames: ['endpoint', 'outcome'],
      registers: [metrics.registry],
    });
  }

  count(endpoint: EndpointName, outcome: string): void {
    this.answers.inc({ endpoint, outcome });
  }
}
