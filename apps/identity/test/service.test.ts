import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createService } from '@nomo/service-kit';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, getPriority } from 'node:os';
import { findFreePort } from '@nomo/local/testing';
import { identityApi } from '../src/definition.js';
import { SECURITY_EVENT_TYPES } from '../src/security-events/security-event.js';
import { startServiceProcess } from './support/service-process.js';
import { startStack, type Stack } from './support/stack.js';

interface OAuthOperation {
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly properties: object } }>;
  };
  readonly responses: object;
}

interface WebhookOperation {
  readonly parameters: readonly { readonly name: string }[];
  readonly requestBody: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: {
          readonly properties: Record<string, { readonly enum?: readonly string[] }>;
          readonly required: readonly string[];
        };
      };
    };
  };
}

/** The names that the engine asks the parameters of a request for. */
async function parametersOfEngine(): Promise<Set<string>> {
  const folder = path.resolve(import.meta.dirname, '../../../packages/oauth-engine/src/lib');
  const names = new Set<string>();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const source = await readFile(path.join(folder, file), 'utf8');
    const asked = /\b(?:parameters|form)\s*\??\.(?:get|require|all)\(\s*'(\w+)'/gu;
    for (const [, name = ''] of source.matchAll(asked)) names.add(name);
  }
  return names;
}

describe('the service', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  it('is alive, ready, measured and described', async () => {
    for (const path of [
      '/health/live',
      '/health/ready',
      '/metrics',
      '/openapi.json',
      '/docs',
    ]) {
      const response = await fetch(`${stack.url}${path}`);
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  it('describes every operation with what it takes, answers and refuses', async () => {
    const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
      paths: Record<
        string,
        Record<
          string,
          {
            summary?: string;
            requestBody?: { content: Record<string, { schema: object }> };
            responses: Record<string, object>;
          }
        >
      >;
      components: { schemas: Record<string, object> };
    };
    const users = document.paths['/{org}/api/v1/users'];
    expect(users?.['post']?.requestBody?.content['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/CreateUser',
    });
    // None is named by zod.
    for (const name of Object.keys(document.components.schemas))
      expect(name).toMatch(/^[A-Z]/u);
    for (const [path, methods] of Object.entries(document.paths)) {
      if (!path.includes('/api/v1/')) continue;
      for (const operation of Object.values(methods)) {
        expect(operation.summary).toMatch(/\w/u);
        const statuses = Object.keys(operation.responses);
        expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '404']));
        expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      }
    }
  });

  it('describes the pages that browsers are shown, and the documents that say where all is', async () => {
    const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
      paths: Record<
        string,
        Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>
      >;
    };
    const contentOf = (path: string, method: string, status: string): string[] =>
      Object.keys(document.paths[path]?.[method]?.responses[status]?.content ?? {});
    for (const path of ['/{org}/logout', '/{org}/authorize'])
      for (const method of ['get', 'post'])
        expect(contentOf(path, method, '200')).toEqual(['text/html']);
    for (const path of [
      '/{org}/jwks',
      '/{org}/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/{org}',
      '/.well-known/oauth-protected-resource/{org}/api',
    ])
      expect(contentOf(path, 'get', '200')).toEqual(['application/json']);
    expect(contentOf('/{org}/token', 'post', '413')).toEqual(['application/json']);
    // Empty where no token was shown (RFC 6750, section 3.1).
    expect(contentOf('/{org}/userinfo', 'get', '401')).toEqual([]);
  });

  it('describes what webhooks are sent', async () => {
    const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
      webhooks: { securityEvent: { post: WebhookOperation } };
    };
    const { parameters, requestBody } = document.webhooks.securityEvent.post;
    expect(parameters.map(({ name }) => name)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ]);
    const { properties, required } = requestBody.content['application/json'].schema;
    expect([...required].sort()).toEqual(Object.keys(properties).sort());
    expect(properties['type']?.enum).toEqual(SECURITY_EVENT_TYPES);
  });

  it('describes what the endpoints of OAuth are sent and answer, as the engine reads it', async () => {
    const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, OAuthOperation>>;
    };
    const described = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (!operation.tags.includes('oauth') || /jwks|well-known/u.test(path)) continue;
        const form = operation.requestBody?.content['application/x-www-form-urlencoded'];
        const query = operation.parameters.filter(({ in: where }) => where === 'query');
        const names = form
          ? Object.keys(form.schema.properties)
          : query.map(({ name }) => name);
        // A token in an address would be in every log.
        const isTaken = path !== '/{org}/userinfo' || method === 'post';
        expect([path, method, names.length > 0]).toEqual([path, method, isTaken]);
        names.forEach((name) => described.add(name));
        expect(Object.keys(operation.responses)).toContain('400');
      }
    }
    const refused = ['request', 'registration'];
    expect([...described].sort()).toEqual(
      [...(await parametersOfEngine())]
        .filter((name) => !refused.includes(name))
        // The engine finds a token without.
        .concat('token_type_hint')
        .sort(),
    );
  });

  it('works out signatures and passwords with a thread a core, which the event loop goes before', async () => {
    const running = await startServiceProcess(stack);
    try {
      const threads = `/proc/${running.pid}/task`;
      const working = existsSync(threads)
        ? readdirSync(threads).filter((id) =>
            readFileSync(`${threads}/${id}/comm`, 'utf8').startsWith('libuv-worker'),
          )
        : [];
      const cores = Math.max(2, availableParallelism());
      expect(working).toHaveLength(process.platform === 'linux' ? cores : 0);
      const below = working.map((id) => getPriority(Number(id)) - getPriority(running.pid));
      expect(below).toEqual(working.map(() => 3));
    } finally {
      await running.stop();
    }
  });

  it('answers a path that nothing is at as a problem', async () => {
    for (const path of ['/', '/nobody/api/v1/nothing', '/acme/api/v2/users']) {
      const response = await fetch(`${stack.url}${path}`, { redirect: 'manual' });
      if (path === '/') continue;
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toMatch(/problem\+json/u);
    }
  });

  it('does not start as a role that no policy binds', async () => {
    const start = createService(identityApi, {
      environment: {
        ...stack.environment,
        PORT: String(await findFreePort()),
        DATABASE_URL_API: stack.databaseUrl,
      },
      logDestination: { write: () => undefined },
    });
    await expect(start).rejects.toThrow(/DATABASE_URL_API[^]*namoid_api/u);
  });
});
