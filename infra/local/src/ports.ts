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

/** Whether a service could listen on the port, on every address. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Fails unless a service could listen on the port. */
export async function requireFree(port: number, variable: string): Promise<void> {
  const free = await isFree(port).catch((error: unknown) => {
    if (codeOf(error) !== 'EACCES') throw error;
    throw new Failure(
      `Port ${port} is for root alone: set ${variable} to a port above 1023 and run this again.`,
    );
  });
  if (!free) throw new PortInUse(port, variable);
}

/** Somebody else has the port. */
export class PortInUse extends Failure {
  /** @param variable what the port is chosen with */
  constructor(port: number, variable: string) {
    super(
      `Port ${port} is taken by another program: stop that, or set ${variable} to a free port and run this again.`,
    );
  }
}

/** A port and the environment variable it is chosen with. */
export interface ChosenPort {
  readonly port: number;
  readonly variable: string;
}

/** Fails when two of our own would listen on one port. */
export function requireDistinct(ports: readonly ChosenPort[]): void {
  for (const [index, { port, variable }] of ports.entries()) {
    const other = ports.slice(0, index).find((earlier) => earlier.port === port);
    if (other === undefined) continue;
    throw new Failure(
      `${other.variable} and ${variable} are both ${port}: set one of them to another port and run this again.`,
    );
  }
}
