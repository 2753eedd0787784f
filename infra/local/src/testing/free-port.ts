import { isFree } from '../ports.ts';

/**
 * Below the ports that systems give to outgoing connections (Linux: from 32768), which would take
 * one that was found free; above the last that `fetch` refuses below them (10080, Fetch §2.9).
 */
const FIRST_PORT = 10_100;
const PORTS = 22_000;
const PORTS_OF_A_PROCESS = 44;

/** Of each process by its pid: two that run side by side hardly ever look at the same ports. */
const firstOwnPort =
  FIRST_PORT + (process.pid % (PORTS / PORTS_OF_A_PROCESS)) * PORTS_OF_A_PROCESS;
let looked = Math.floor(Math.random() * PORTS_OF_A_PROCESS);

/**
 * A port that nothing listens on, on any address: another one each time, until all of the process
 * have been given.
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
