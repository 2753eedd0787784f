import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../../config.js';

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/**
 * @returns the certificate and key that the configuration names, if it names them
 * @throws {ConfigError} when they cannot be read, or do not belong together
 */
export function readTls(config: {
  readonly TLS_CERT?: string | undefined;
  readonly TLS_KEY?: string | undefined;
}): TlsMaterial | undefined {
  if (config.TLS_CERT === undefined || config.TLS_KEY === undefined) return undefined;
  const material = {
    cert: readPem('TLS_CERT', config.TLS_CERT),
    key: readPem('TLS_KEY', config.TLS_KEY),
  };
  try {
    createSecureContext(material);
  } catch (error) {
    const { code } = error as { code?: string };
    const message = `is no certificate that goes with TLS_KEY (${code ?? 'unreadable'})`;
    throw new ConfigError([{ variable: 'TLS_CERT', message }]);
  }
  return material;
}

function readPem(variable: string, pemOrPath: string): string {
  if (pemOrPath.trimStart().startsWith('-----BEGIN')) return pemOrPath;
  try {
    return readFileSync(pemOrPath, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `names a file that cannot be read (${code ?? 'unreadable'})`;
    throw new ConfigError([{ variable, message }]);
  }
}
