import { createServer } from 'node:net';

/** Ports below those that systems give to outgoing connections (Linux: from 32768), which would take one that was found free. */
const FIRST_PORT = 10_000;
const PORTS = 22_000;
const PORTS_OF_A_PROCESS = 44;

/** No two processes look at the same ports, as near as pids tell; nor does one at the same port soon again. */
const firstOwnPort =
  FIRST_PORT + (process.pid % (PORTS / PORTS_OF_A_PROCESS)) * PORTS_OF_A_PROCESS;
let looked = Math.floor(Math.random() * PORTS_OF_A_PROCESS);

/**
 * A port that nothing listens on, on any address, and that this process is not given again before
 * it has been given some forty others.
 */
export async function findFreePort(): Promise<number> {
  for (let left = PORTS_OF_A_PROCESS; left > 0; left -= 1) {
    looked += 1;
    const port = firstOwnPort + (looked % PORTS_OF_A_PROCESS);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `Something listens on each of the ports ${firstOwnPort} to ${firstOwnPort + PORTS_OF_A_PROCESS - 1}`,
  );
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
