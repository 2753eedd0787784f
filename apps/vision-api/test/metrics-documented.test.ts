import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createService,
  createWorker,
  type Running,
  type RunningService,
} from '@nomo/service-kit';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { findFreePort } from '@nomo/local/testing';
import { visionApi, visionWorker } from '../src/definition.js';
import { startStores, type Stores } from './support/stores.js';

const docs = path.resolve(import.meta.dirname, '../../../docs');
const operations = readFileSync(path.join(docs, 'operations.md'), 'utf8');

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly h: number;
    readonly w: number;
    readonly x: number;
    readonly y: number;
  };
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(readFileSync(path.join(docs, 'grafana/nomo.json'), 'utf8')) as {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
};

/** What prom-client says of every process by itself; described where it comes from. */
const standard = new Registry();
collectDefaultMetrics({ register: standard });
const standardNames = new Set(standard.getMetricsAsArray().map(({ name }) => name));

/** NamoID's metrics are asked of NamoID; here they are known by how their names begin. */
const ofNamoId = /^(?:oauth|identity)_/u;

/** A histogram is asked for by its parts. */
const family = (name: string): string => name.replace(/_(?:bucket|count|sum)$/u, '');

/** Names of metrics in a PromQL expression: what is no function, label or keyword. */
function namesIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/\{[^}]*\}|\$[a-z_]+/gu, '')
    .replaceAll(/\b(?:by|on|without|ignoring)\s*\([^)]*\)/gu, '');
  return Array.from(bare.matchAll(/[a-z][a-z0-9_]*\b(?!\()/gu), ([name]) =>
    family(name),
  ).filter((name) => name.includes('_') && name !== 'group_left');
}

/** Names that stand in the first column of a table of metrics. */
const documented = new Set(
  Array.from(operations.matchAll(/^\| `([a-z0-9_]+)` +\|/gmu), ([, name]) => name ?? '').filter(
    (name) => name.includes('_'),
  ),
);
/** The values of `kind`, which have a table of their own. */
const KINDS = new Set([
  'dead_letter',
  'drain_failed',
  'sweep_failed',
  'queue_unreachable',
  'checkpoint_failed',
]);

describe('the metrics', () => {
  let stores: Stores;
  let service: RunningService;
  let worker: Running;
  const exported = new Set<string>();

  beforeAll(async () => {
    stores = await startStores();
    const workerPort = await findFreePort();
    const options = {
      environment: {
        PORT: '0',
        ...stores.environment,
        ENGINE_WORKERS: '1',
        WORKER_PORT: String(workerPort),
      },
      logDestination: { write: () => undefined },
    };
    service = await createService(visionApi, options);
    worker = await createWorker(visionWorker, options);
    for (const origin of [service.url, `http://127.0.0.1:${workerPort}`]) {
      const text = await (await fetch(`${origin}/metrics`)).text();
      for (const [, name] of text.matchAll(/^# TYPE (\S+) /gmu)) exported.add(name ?? '');
    }
  });
  afterAll(async () => {
    await worker.close();
    await service.close();
    await stores.stop();
  });

  it('that the processes export are all in the documentation', () => {
    const own = [...exported].filter((name) => !standardNames.has(name));
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((name) => !documented.has(name))).toEqual([]);
  });

  it('that are documented are all exported', () => {
    const named = [...documented].filter((name) => !KINDS.has(name) && !ofNamoId.test(name));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !exported.has(name))).toEqual([]);
  });

  it('that the dashboard asks for are all exported, and all that are exported are in it', () => {
    const asked = new Set(
      dashboard.panels.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr }) => namesIn(expr)),
      ),
    );
    expect([...asked].filter((name) => !exported.has(name) && !ofNamoId.test(name))).toEqual(
      [],
    );
    const own = [...exported].filter((name) => !standardNames.has(name));
    expect(own.filter((name) => !asked.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has what Grafana needs to import it', () => {
    expect(dashboard.uid).toMatch(/^[a-z0-9-]{1,40}$/u);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    for (const { type, title, targets, gridPos } of dashboard.panels) {
      expect(['row', 'stat', 'timeseries']).toContain(type);
      expect(title).not.toBe('');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(type === 'row' || (targets ?? []).length > 0).toBe(true);
    }
  });

  it('has no panel over another', () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`) ? title : undefined).toBeUndefined();
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});
