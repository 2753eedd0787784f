import { connect, createServer } from 'node:net';

import { codeOf, Failure } from './failure.ts';

const HOST = '127.0.0.1';

/** Whether something listens on this port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Fails unless a service could listen on the port, on every address. */
export async function requireFree(port: number, variable: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') reject(portTaken(port, variable));
      else if (codeOf(error) === 'EACCES') {
        reject(
          new Failure(
            `Port ${port} is for root alone: set ${variable} to a port above 1023 and run this again.`,
          ),
        );
      } else reject(error);
    });
    server.listen(port, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}

/** A port that nothing listens on. Somebody may take it before the caller does. */
export async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') {
          reject(new Error('A TCP server has no port'));
        } else resolve(address.port);
      });
    });
  });
}

/** The sentence for a port that somebody else has. */
export function portTaken(port: number, variable: string): Failure {
  return new Failure(
    `Port ${port} is taken by another program: stop that, or set ${variable} to a free port and run this again.`,
  );
}
