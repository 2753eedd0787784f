import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createService, type RunningService } from '@nomo/service-kit';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { visionApi } from '../src/definition.js';
import { startSecondProvider, type SecondProvider } from './support/second-provider.js';
import { startStores, type Stores } from './support/stores.js';

const SCRIPT = `console.log(${JSON.stringify('a'.repeat(2_000))});`;
const INDEX = `<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>nomosly</title>`;

/** Sends a path and a condition as they are, which `fetch` would not. */
function getRaw(
  origin: string,
  rawPath: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path: rawPath, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the pages of the console', () => {
  let stores: Stores;
  let provider: SecondProvider;
  let folder: string;
  const running: RunningService[] = [];

  beforeAll(async () => {
    stores = await startStores();
    provider = await startSecondProvider('http://localhost:3000');
    folder = mkdtempSync(path.join(tmpdir(), 'console-'));
    mkdirSync(path.join(folder, 'assets'));
    const script = path.join(folder, 'assets/index-abc123.js');
    writeFileSync(path.join(folder, 'index.html'), INDEX);
    writeFileSync(script, SCRIPT);
    writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
    writeFileSync(`${script}.gz`, gzipSync(SCRIPT));
    writeFileSync(`${script}.map`, '{}');
    writeFileSync(path.join(folder, 'mark.svg'), '<svg/>');
  });
  afterAll(async () => {
    for (const service of running) await service.close();
    await provider.stop();
    await stores.stop();
    rmSync(folder, { recursive: true });
  });

  const start = async (environment: Record<string, string>): Promise<string> => {
    const service = await createService(visionApi, {
      environment: {
        ...stores.environment,
        PORT: '0',
        SERVICE_ROLE: 'console',
        ENGINE_WORKERS: '1',
        ...environment,
      },
      logDestination: { write: () => undefined },
    });
    running.push(service);
    return service.url;
  };

  describe('that were built', () => {
    let origin: string;
    beforeAll(async () => {
      origin = await start({ ...provider.environment, CONSOLE_FOLDER: folder });
    });

    it.each([
      '/dashboard',
      '/dashboard/',
      '/dashboard/keys',
      '/dashboard/sign-in-failed?reason=x',
    ])('are one page with a nonce of its own: %s', async (page) => {
      const [first, second] = await Promise.all([1, 2].map(() => fetch(`${origin}${page}`)));
      expect(first?.status).toBe(200);
      expect(first?.headers.get('cache-control')).toBe('no-store');
      expect(first?.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const html = (await first?.text()) ?? '';
      const nonce = /content="(?<nonce>[\w-]{22})"/u.exec(html)?.groups?.['nonce'] ?? '';
      expect(await second?.text()).not.toBe(html);
      expect(first?.headers.get('content-security-policy')?.split('; ')).toEqual([
        `default-src 'none'`,
        `script-src 'self'`,
        `style-src 'self' 'nonce-${nonce}'`,
        `style-src-attr 'unsafe-inline'`,
        `img-src 'self' blob: data:`,
        `connect-src 'self'`,
        `form-action 'self' ${provider.issuer}`,
        `base-uri 'none'`,
        `frame-ancestors 'none'`,
        `object-src 'none'`,
      ]);
      expect(first?.headers.get('referrer-policy')).toBe('same-origin');
      expect(first?.headers.get('x-content-type-options')).toBe('nosniff');
      expect(first?.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(first?.headers.get('permissions-policy')).toContain('camera=()');
      expect(first?.headers.get('x-frame-options')).toBe('DENY');
    });

    it.each([
      ['br', 'br'],
      ['gzip, deflate', 'gzip'],
      ['identity', null],
      ['gzip;q=0, br;q=0', null],
    ])(
      'have hashed files that stay for good, compressed for %j',
      async (accepted, encoding) => {
        const response = await fetch(`${origin}/dashboard/assets/index-abc123.js`, {
          headers: { 'accept-encoding': accepted },
        });
        expect(response.headers.get('content-encoding')).toBe(encoding);
        expect(response.headers.get('cache-control')).toBe(
          'public, max-age=31536000, immutable',
        );
        expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
        expect(response.headers.get('vary')).toContain('accept-encoding');
        expect(await response.text()).toBe(SCRIPT);
        const { status, body } = await getRaw(origin, '/dashboard/assets/index-abc123.js', {
          'accept-encoding': accepted,
          'if-none-match': response.headers.get('etag') ?? '',
        });
        expect({ status, body }).toEqual({ status: 304, body: '' });
      },
    );

    it('have other files that are asked about each time', async () => {
      const response = await fetch(`${origin}/dashboard/mark.svg`);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('content-type')).toBe('image/svg+xml');
      const head = await fetch(`${origin}/dashboard/mark.svg`, { method: 'HEAD' });
      expect(head.status).toBe(200);
    });

    it.each([
      '/dashboard/assets/none.js',
      '/dashboard/assets/index-abc123.js.map',
      '/dashboard/assets/index-abc123.js.br',
      '/dashboard/assets/../../package.json',
      '/dashboard/assets/..%2f..%2fpackage.json',
      '/dashboard/assets/%2e%2e/index.html',
      '/dashboard/api/none',
    ])('have nothing at %s', async (name) => {
      const { status, body } = await getRaw(origin, name);
      expect(status).toBe(404);
      expect(JSON.parse(body)).toMatchObject({ code: 'not_found' });
    });
  });

  it('are named to people where there is nothing', async () => {
    const origin = await start({ CONSOLE_FOLDER: folder });
    const response = await fetch(`${origin}/x`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('<a href="/dashboard">the console</a>');
  });

  it('that were not built say so', async () => {
    const origin = await start({ ...provider.environment, CONSOLE_FOLDER: tmpdir() });
    const response = await fetch(`${origin}/dashboard`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('The console is not built');
  });

  it('say how to set them up where there is no provider, and let nobody in', async () => {
    const origin = await start({ CONSOLE_FOLDER: folder });
    const response = await fetch(`${origin}/dashboard/keys`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('OIDC_ISSUER');
    const signIn = await fetch(`${origin}/dashboard/sign-in`, { redirect: 'manual' });
    expect(signIn.headers.get('location')).toBe('/dashboard');
    expect((await fetch(`${origin}/dashboard/api/session`)).status).toBe(401);
    const bearer = await fetch(`${origin}/v1/keys`, {
      headers: { authorization: 'Bearer a.b.c' },
    });
    expect(bearer.status).toBe(401);
  });
});
