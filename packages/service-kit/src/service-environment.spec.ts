import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { environmentTable, loadConfig } from './config.js';
import { serviceEnvironment } from './service-environment.js';

const environment = serviceEnvironment({
  QUEUE: z.string().default('jobs').describe('The queue to read.'),
});

describe('serviceEnvironment', () => {
  it('starts with nothing set, on the loopback address and behind no proxy', () => {
    expect(loadConfig(environment, {})).toEqual({
      HOST: '127.0.0.1',
      PORT: 3000,
      LOG_LEVEL: 'info',
      TRUSTED_PROXIES: 0,
      REQUEST_TIMEOUT_MS: 30_000,
      SHUTDOWN_TIMEOUT_MS: 25_000,
      QUEUE: 'jobs',
    });
  });

  it('explains every variable', () => {
    for (const row of environmentTable(environment).split('\n')) {
      expect(row).toMatch(/^\| \S+ +\| .+ \| \S.* \|$/);
    }
  });

  it.each([
    [{ TLS_CERT: 'cert.pem' }, 'TLS_KEY: has to be set when TLS_CERT is'],
    [{ TLS_KEY: 'key.pem' }, 'TLS_CERT: has to be set when TLS_KEY is'],
    [{ HTTP_REDIRECT_PORT: '80' }, 'HTTP_REDIRECT_PORT: needs TLS_CERT and TLS_KEY'],
    [
      {
        HTTP_REDIRECT_PORT: '80',
        TLS_CERT: 'c',
        TLS_KEY: 'k',
        PUBLIC_URL: 'http://api.example',
      },
      'HTTP_REDIRECT_PORT: needs an https PUBLIC_URL',
    ],
    [{ PORT: '65536' }, 'PORT: Too big'],
    [{ PORT: 'http' }, 'PORT: Invalid input: expected number'],
    [{ PUBLIC_URL: 'javascript:alert(1)' }, 'PUBLIC_URL: Invalid URL'],
    [{ TRUSTED_PROXIES: '-1' }, 'TRUSTED_PROXIES: Too small'],
  ])('refuses %j', (variables, message) => {
    expect(() => loadConfig(environment, variables)).toThrow(message);
  });
});
