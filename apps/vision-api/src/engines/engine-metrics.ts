import { type Metrics } from '@nomo/service-kit';
import { type EngineStats, type Operation, type VisionEngine } from '@nomo/vision-engine';
import { Counter, Gauge } from 'prom-client';

/** Shows the engine at /metrics. The engine counts by itself; a scrape reads its counters. */
export function registerEngineMetrics(metrics: Metrics, engine: VisionEngine): void {
  const registers = [metrics.registry];
  const gauge = (name: string, help: string, read: (stats: EngineStats) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(engine.stats()));
      },
    });
  };
  gauge(
    'vision_engine_workers',
    'Worker threads with every model warm.',
    (stats) => stats.readyWorkers,
  );
  gauge('vision_engine_busy_workers', 'Worker threads at work.', (stats) => stats.busyWorkers);
  gauge('vision_engine_queued', 'Calls that wait for a worker.', (stats) => stats.queued);
  gauge(
    'vision_engine_restarts',
    'Workers that died and were replaced.',
    (stats) => stats.restarts,
  );
  gauge(
    'vision_engine_rejected',
    'Calls turned away: the queue was full.',
    (stats) => stats.rejected,
  );
  gauge('vision_engine_expired', 'Calls whose deadline passed.', (stats) => stats.expired);

  new Counter({
    name: 'vision_engine_calls_total',
    help: 'Finished calls by operation and outcome.',
    labelNames: ['operation', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [operation, stats] of operations(engine)) {
        this.inc({ operation, outcome: 'completed' }, stats.completed);
        this.inc({ operation, outcome: 'failed' }, stats.failed);
      }
    },
  });
  new Counter({
    name: 'vision_engine_seconds_total',
    help: 'Seconds spent by operation: decoding, inside ONNX Runtime, at work, and in all.',
    labelNames: ['operation', 'stage'],
    registers,
    collect() {
      this.reset();
      for (const [operation, stats] of operations(engine)) {
        this.inc({ operation, stage: 'decode' }, stats.decodeMs / 1000);
        this.inc({ operation, stage: 'session' }, stats.sessionMs / 1000);
        this.inc({ operation, stage: 'work' }, stats.workMs / 1000);
        this.inc({ operation, stage: 'total' }, stats.totalMs / 1000);
      }
    },
  });
}

function operations(engine: VisionEngine): [Operation, EngineStats['operations'][Operation]][] {
  const { operations } = engine.stats();
  return Object.entries(operations) as [Operation, EngineStats['operations'][Operation]][];
}
