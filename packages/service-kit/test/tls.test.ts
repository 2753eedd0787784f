import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { ConfigError, ListenError } from '../src/index.js';
import { type Example, startExample } from './example-service.js';
import { exchange } from './raw-http.js';

const PUBLIC_URL = 'https://api.example:8443';

interface Certificate {
  readonly cert: string;
  readonly private: string;
}

let certificate: Certificate;
let folder: string;
let service: Example;

beforeAll(async () => {
  certificate = await generate([{ name: 'commonName', value: 'localhost' }]);
  folder = await mkdtemp(join(tmpdir(), 'service-kit-'));
  await writeFile(join(folder, 'cert.pem'), certificate.cert);
  await writeFile(join(folder, 'key.pem'), certificate.private, { mode: 0o600 });
  service = await startExample({
    TLS_CERT: join(folder, 'cert.pem'),
    TLS_KEY: join(folder, 'key.pem'),
    HTTP_REDIRECT_PORT: '0',
    PUBLIC_URL,
  });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

function getOverTls(url: string): Promise<{ status: number; hsts: string | undefined }> {
  return new Promise((resolve, reject) => {
    const options = { ca: certificate.cert, servername: 'localhost', agent: false };
    request(url, options, (response) => {
      response.resume();
      const { statusCode: status = 0, headers } = response;
      resolve({ status, hsts: headers['strict-transport-security'] });
    })
      .on('error', reject)
      .end();
  });
}

describe('a service with a certificate', () => {
  it('speaks TLS, and tells browsers to insist on it', async () => {
    expect(service.url).toMatch(/^https:/);
    expect(await getOverTls(`${service.url}/greeting`)).toEqual({
      status: 200,
      hsts: 'max-age=63072000',
    });
  });

  it('takes the certificate from the environment itself as well', async () => {
    const inline = await startExample({
      TLS_CERT: certificate.cert,
      TLS_KEY: certificate.private,
    });
    expect(await getOverTls(`${inline.url}/greeting`)).toMatchObject({ status: 200 });
    await inline.close();
    expect(inline.log()).not.toContain('PRIVATE');
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async (version) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'ALL@SECLEVEL=0', // else this side would refuse by itself
    });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/ALERT_PROTOCOL_VERSION|ECONNRESET/);
  });

  it('does not answer plain HTTP on its port', async () => {
    await expect(fetch(service.url.replace('https', 'http'))).rejects.toThrow();
  });
});

describe('the redirect to HTTPS', () => {
  it.each([
    ['a path and its query', '/items?limit=7', '/items?limit=7'],
    ['a path that looks like a host', '//evil.example/x', '//evil.example/x'],
    ['a whole URL', 'http://evil.example/x?y', '/x?y'],
    ['something else', '*', '/'],
  ])('keeps %s and leads to our own host alone', async (_case, target, path) => {
    const answer = await exchange(
      service.redirectUrl ?? '',
      `OPTIONS ${target} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n`,
    );
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe(`${PUBLIC_URL}${path}`);
    expect(answer.body).toBe('');
  });

  it('answers broken requests with a problem, too', async () => {
    const answer = await exchange(service.redirectUrl ?? '', 'hello\r\n\r\n');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('a service does not start', () => {
  async function failure(variables: Record<string, string>): Promise<unknown> {
    try {
      await (await startExample(variables)).close();
    } catch (error) {
      return error;
    }
    throw new Error('expected the start to fail');
  }

  it('when a file cannot be read', async () => {
    const error = await failure({ TLS_CERT: '/nowhere.pem', TLS_KEY: certificate.private });
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('TLS_CERT: names a file that cannot be read (ENOENT)');
  });

  it('when certificate and key do not belong together', async () => {
    const other = await generate([{ name: 'commonName', value: 'localhost' }]);
    const error = await failure({ TLS_CERT: certificate.cert, TLS_KEY: other.private });
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('TLS_CERT: is no certificate that goes with TLS_KEY');
    expect(String(error)).not.toContain('-----');
  });

  it.each(['PORT', 'HTTP_REDIRECT_PORT'])('when %s is taken', async (variable) => {
    const { port } = new URL(service.url);
    const error = await failure({ ...tlsVariables(), [variable]: port });
    expect(error).toBeInstanceOf(ListenError);
    expect(String(error)).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(String(error)).toContain(`Choose another with ${variable}.`);
  });

  it('in part: what listens already is closed when the rest cannot', async () => {
    const before = await startExample(tlsVariables());
    const { port } = new URL(before.url);
    await before.close();
    const taken = new URL(service.url).port;
    await failure({ ...tlsVariables(), PORT: port, HTTP_REDIRECT_PORT: taken });
    const after = await startExample({ ...tlsVariables(), PORT: port });
    await after.close();
    expect(new URL(after.url).port).toBe(port);
  });

  function tlsVariables(): Record<string, string> {
    return { TLS_CERT: certificate.cert, TLS_KEY: certificate.private, PUBLIC_URL };
  }
});
