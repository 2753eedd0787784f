import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Limits } from '@nomo/limits';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { form } from './support/forms.js';
import { photo } from './support/photos.js';
import { startStack, type Stack } from './support/stack.js';

describe('the service', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ ENGINE_QUEUE_LIMIT: '1', LOG_LEVEL: 'trace' });
    await stack.ready();
  });
  afterAll(() => stack.stop());
  beforeEach(() => stack.refillBucket());

  it('turns requests away when the engine has enough to do, and loses no place in the queue', async () => {
    const limits = stack.app.get(Limits, { strict: false });
    let epoch: number;
    let counts: { answered: number; used: number };
    do {
      ({ epoch } = limits);
      counts = await overload();
      // What was in flight while Redis stood still may be counted twice: then once more.
    } while (epoch !== limits.epoch);
    // Who was turned away for our own lack of time does not pay for it.
    expect(counts.used).toBe(counts.answered);
  });

  /** Asks for more than the engine takes, with a new key, until it takes requests again. */
  async function overload(): Promise<{ answered: number; used: number }> {
    const { key } = await stack.createKey();
    await stack.refillBucket();
    const ask = (): Promise<Response> =>
      fetch(`${stack.url}/v1/faces/detect`, {
        method: 'POST',
        headers: { 'x-api-key': key },
        body: form({ image: photo(2) }),
      });
    let answered = 0;
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(Array.from({ length: 12 }, ask));
      const refused = answers.filter(({ status }) => status === 503);
      // One at work and one that waits.
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
      expect(refused.length).toBeGreaterThanOrEqual(1);
      answered += answers.length - refused.length;
      expect(await refused[0]?.json()).toMatchObject({ code: 'overloaded', status: 503 });
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect((await ask()).status).toBe(200);
    const usage = await fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } });
    const { quota } = (await usage.json()) as { quota: { used: number } };
    return { answered: answered + 1, used: quota.used };
  }

  it('writes neither keys nor images to its log or to a disk', async () => {
    const { key, id } = await stack.createKey();
    const image = photo(3);
    const before = readdirSync(tmpdir());
    const secret = key.slice(key.indexOf('.') + 1);
    await fetch(`${stack.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: form({ image }),
    });
    await fetch(`${stack.url}/v1/faces/detect?x-api-key=${key}`, {
      method: 'POST',
      headers: { 'x-api-key': `${key}x`, authorization: `Bearer ${key}` },
      body: JSON.stringify({ image: image.toString('base64'), key }),
    });
    await fetch(`${stack.url}/${key}`);

    const log = stack.log();
    expect(log).toMatch(/"path":"\/v1\/faces\/detect"/u);
    expect(log).not.toContain(secret);
    expect(log).not.toContain(secret.slice(0, 12));
    expect(log).not.toContain(image.toString('base64').slice(1000, 1040));
    expect(log).not.toContain(image.toString('latin1').slice(1000, 1020));
    expect(log).not.toContain(`${id}.`);
    const added = readdirSync(tmpdir()).filter((name) => !before.includes(name));
    expect(added.filter((name) => !name.startsWith('nomo-'))).toEqual([]);
  });

  it('describes every operation in OpenAPI 3.1', async () => {
    const response = await fetch(`${stack.url}/openapi.json`);
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: { content: object } }>>;
      components: { securitySchemes: object; schemas: object };
    };
    expect(document.openapi).toMatch(/^3\.1\./u);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/faces/detect',
        '/v1/faces/compare',
        '/v1/labels/detect',
        '/v1/text/detect',
        '/v1/usage',
      ]),
    );
    expect(
      Object.keys(document.paths['/v1/faces/detect']?.['post']?.requestBody?.content ?? {}),
    ).toEqual([
      'multipart/form-data',
      'application/json',
      'image/jpeg',
      'image/png',
      'image/webp',
    ]);
    expect(document.components.securitySchemes).toHaveProperty('api-key');
    expect(document.components.schemas).toHaveProperty('Face');
    expect(document.components.schemas).toHaveProperty('Problem');
  });

  it.each([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['DELETE', '/v1/faces/detect', 405, 'method_not_allowed'],
    ['GET', '/V1/usage', 404, 'not_found'],
  ])('%s %s answers %d', async (method, path, status, code) => {
    const response = await fetch(`${stack.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(await response.json()).toMatchObject({ code });
  });

  it('shows the engine and the requests as Prometheus metrics', async () => {
    const metrics = await (await fetch(`${stack.url}/metrics`)).text();
    expect(metrics).toMatch(/^vision_engine_workers 1$/mu);
    expect(metrics).toMatch(
      /^vision_engine_calls_total\{operation="detectFaces",outcome="completed"\} [1-9]/mu,
    );
    expect(metrics).toMatch(
      /^http_request_duration_seconds_count\{.*route="\/v1\/faces\/detect"/mu,
    );
  });
});
