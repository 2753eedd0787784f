import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** The service could not take the address that it was told to listen on. */
export class ListenError extends Error {
  readonly code = 'listen_failed';

  constructor(host: string, port: number, variable: string, cause: unknown) {
    super(`${reason(cause, host, port)} Choose another with ${variable}.`, { cause });
    this.name = 'ListenError';
  }
}

/**
 * @param variable the environment variable that the port came from
 * @returns the port, which is new when 0 was asked for
 * @throws {ListenError} when the address is taken, not ours or not allowed
 */
export async function listen(
  server: Server,
  host: string,
  port: number,
  variable: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(new ListenError(host, port, variable, error));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.removeListener('error', onError);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function reason(cause: unknown, host: string, port: number): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use by another program.`;
    case 'EACCES':
      return `port ${port} may not be used by this account.`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine.`;
    default:
      return `cannot listen on port ${port} of ${host}: ${message}.`;
  }
}
