import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is measured of a request. Every label takes few values, whatever clients send. */
export interface ObservedRequest {
  readonly method: string;
  /** The route's template, never the path itself; undefined when no route matched. */
  readonly route: string | undefined;
  /** The HTTP status, or `aborted` when the client left before there was one. */
  readonly status: number | 'aborted';
  readonly seconds: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The Prometheus metrics of one service. Metrics of your own go into `registry`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  private readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer.',
    labelNames: ['method', 'route', 'status'],
    // From an answer out of memory to the default request timeout.
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  private readonly inFlight = new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that have begun and not ended.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  requestBegan(): void {
    this.inFlight.inc();
  }

  requestEnded({ method, route, status, seconds }: ObservedRequest): void {
    this.inFlight.dec();
    const labels = {
      method: METHODS.has(method) ? method : 'other',
      route: route ?? 'unmatched',
      status: String(status),
    };
    this.durations.observe(labels, seconds);
  }
}
