import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { findFreePort } from '@nomo/local/testing';
import { startStack, type Stack } from './support/stack.js';

const docs = path.resolve(import.meta.dirname, '../../../docs');
const operations = readFileSync(path.join(docs, 'operations.md'), 'utf8');
const dashboard = readFileSync(path.join(docs, 'grafana/nomo.json'), 'utf8');

/** What prom-client says of every process by itself; described where it comes from. */
const standard = new Registry();
collectDefaultMetrics({ register: standard });
const standardNames = new Set(standard.getMetricsAsArray().map(({ name }) => name));

describe('the metrics of NamoID', () => {
  let stack: Stack;
  let own: string[];

  beforeAll(async () => {
    const port = await findFreePort();
    stack = await startStack({ WORKER_PORT: String(port) }, { worker: true });
    const texts = await Promise.all(
      [stack.url, `http://127.0.0.1:${port}`].map(async (origin) =>
        (await fetch(`${origin}/metrics`)).text(),
      ),
    );
    const names = texts.flatMap((text) =>
      Array.from(text.matchAll(/^# TYPE (\S+) /gmu), ([, name]) => name ?? ''),
    );
    own = [...new Set(names)].filter((name) => !standardNames.has(name));
  });
  afterAll(() => stack.stop());

  it('are all in the documentation and on the dashboard', () => {
    expect(own).toEqual(
      expect.arrayContaining([
        'oauth_answers_total',
        'identity_delivery_attempts_total',
        'audit_outbox_events',
        'audit_outbox_oldest_seconds',
        'audit_problems_total',
      ]),
    );
    expect(own.filter((name) => !operations.includes(`| \`${name}\``))).toEqual([]);
    expect(own.filter((name) => !dashboard.includes(name))).toEqual([]);
  });

  it('are all exported that are in the documentation or on the dashboard', () => {
    const named = new Set(
      `${operations}\n${dashboard}`.match(
        /\b(?:oauth|identity|audit)_[a-z_]+_(?:total|events|seconds)\b/gu,
      ),
    );
    expect([...named].filter((name) => !own.includes(name))).toEqual([]);
  });
});
