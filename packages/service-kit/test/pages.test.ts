import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Example, startExample } from './example-service.js';

let service: Example;
beforeAll(async () => {
  service = await startExample();
});
afterAll(() => service.close());

function get(path: string): Promise<Response> {
  return fetch(service.url + path, { redirect: 'manual' });
}

describe('headers', () => {
  it('tell browsers to do nothing with an answer but read it', async () => {
    const { headers } = await get('/greeting');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('do not say what the service is made with', async () => {
    const { headers } = await get('/greeting');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });

  it('insist on HTTPS only where clients have it', async () => {
    expect((await get('/greeting')).headers.has('strict-transport-security')).toBe(false);
    const behindTls = await startExample({ PUBLIC_URL: 'https://api.example' });
    const { headers } = await fetch(`${behindTls.url}/greeting`);
    await behindTls.close();
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000');
  });
});

interface OpenApi {
  openapi: string;
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  webhooks: unknown;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
  security: unknown;
}
interface Operation {
  requestBody?: unknown;
  responses: Record<string, { content?: unknown }>;
}

describe('/openapi.json', () => {
  let document: OpenApi;
  beforeAll(async () => {
    document = (await (await get('/openapi.json')).json()) as OpenApi;
  });

  it('is an OpenAPI 3.1 document of this service', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({
      title: 'example',
      version: '1.2.3',
      description: 'A service to test the kit with.',
    });
    expect(document.components.securitySchemes).toEqual({
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    });
    expect(document.security).toEqual([{ apiKey: [] }]);
  });

  it('takes the shapes of bodies and answers from the schemas that check them', () => {
    expect(document.paths['/items']?.['post']).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/NewItem' } } },
      },
      responses: {
        201: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
        },
      },
    });
    expect(document.components.schemas['NewItem']).toMatchObject({
      properties: { name: { type: 'string', minLength: 1, maxLength: 20 } },
      required: ['name'],
      additionalProperties: false,
    });
  });

  it('leaves room for fields to come in what is answered, and in nothing that is taken', () => {
    const { schemas } = document.components;
    expect(schemas['NewItem']).toHaveProperty('additionalProperties', false);
    expect(schemas['Item']).not.toHaveProperty('additionalProperties');
  });

  it('tells what the service sends to others', () => {
    expect(document.webhooks).toEqual({
      itemSold: {
        post: {
          operationId: 'itemSold',
          summary: 'An item was sold',
          description: 'Sent once.',
          tags: ['items'],
          security: [],
          parameters: [
            {
              in: 'header',
              name: 'x-signature',
              description: 'Who sends it.',
              required: true,
              schema: { type: 'string' },
            },
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { id: { type: 'integer' } },
                  required: ['id'],
                },
              },
            },
          },
          responses: {
            '2XX': { description: 'Taken.' },
            default: { description: 'Not taken.' },
          },
        },
      },
    });
  });

  it('tells of every operation that it may answer with a problem', () => {
    const schema = { $ref: '#/components/schemas/Problem' };
    for (const path of Object.values(document.paths)) {
      for (const operation of Object.values(path)) {
        expect(operation.responses['default']?.content).toMatchObject({
          'application/problem+json': { schema, examples: { internal_error: {} } },
        });
      }
    }
    expect(document.components.schemas['Problem']).toMatchObject({
      type: 'object',
      required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    });
  });

  it('names the problems of an operation, with what they mean and look like', () => {
    const operation = document.paths['/problem']?.['get'];
    expect(operation?.responses['429']).toEqual({
      description: '`rate_limited`: Too fast.\n\n`quota_exceeded`: The daily quota is used up.',
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: {
            rate_limited: {
              value: expect.objectContaining({
                status: 429,
                code: 'rate_limited',
                title: 'Too Many Requests',
              }),
            },
            quota_exceeded: { value: expect.objectContaining({ code: 'quota_exceeded' }) },
          },
        },
      },
    });
    expect(JSON.stringify(document)).not.toContain('x-problem-codes');
  });

  it('says nothing that is of no use to a client', () => {
    expect(JSON.stringify(document)).not.toContain('9007199254740991');
    expect(JSON.stringify(document)).not.toContain('"description":""');
    expect(document).toMatchObject({
      servers: [{ url: '/' }],
      paths: { '/greeting': { get: { operationId: 'greeting' } } },
    });
  });

  it('leaves out what is not for clients', () => {
    expect(Object.keys(document.paths).join()).not.toMatch(/health|metrics/);
  });
});

describe('/docs', () => {
  it('is where the bare address leads', async () => {
    const response = await get('/');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('docs');
  });

  it('loads nothing but what the service itself has, by a policy that allows nothing else', async () => {
    const response = await get('/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:/);

    const page = await response.text();
    expect(page).not.toMatch(/<script>|<style|style=|onload=|https?:\/\//);
    const references = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(references).toHaveLength(5);
    for (const path of references) {
      const asset = await fetch(new URL(path, `${service.url}/docs`));
      expect(asset.status).toBe(200);
      expect(asset.headers.get('content-type')).toMatch(/javascript|css|png|json/);
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('starts without asking anybody else about the document', async () => {
    const script = await (await get('/docs/start.js')).text();
    expect(script).toContain("url: 'openapi.json'");
    expect(script).toContain('validatorUrl: null');
    expect(script).toContain('queryConfigEnabled: false');
  });

  it('has its relative references in order with a slash at the end, too', async () => {
    const response = await get('/docs/');
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('../docs');
  });

  it('serves its own assets and no other file', async () => {
    for (const path of ['/docs/index.html', '/docs/package.json', '/docs/..%2fpackage.json']) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
