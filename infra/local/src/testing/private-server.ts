import { rmSync } from 'node:fs';

import { type ProcessIdentity } from '../../process-lock.mjs';
import { endProcess, send } from '../server-process.ts';
import { findFreePort } from './free-port.ts';

const STOP_DEADLINE_MS = 30_000;
/** Between finding a free port and taking it somebody else may take it. */
const PORT_ATTEMPTS = 5;

/** What a server is started and ended with. */
interface Kind<Running extends ProcessIdentity> {
  /** Everything the server has on the disk. */
  readonly folder: string;
  launch(port: number): Promise<Running>;
  /** Whether a launch failed because the port had been taken. */
  isPortTaken(error: unknown): boolean;
  /** Ends it as a crash would. */
  readonly crash: NodeJS.Signals;
  /** Ends it in order, everything written. */
  readonly orderly: NodeJS.Signals;
}

/** A server of one test's own, on a port of its own, that a test may treat badly. */
export class PrivateServer<Running extends ProcessIdentity> {
  /** Stays the same over `kill`, `start` and `restart`. */
  readonly port: number;
  readonly #kind: Kind<Running>;
  #running: Running | undefined;

  constructor(kind: Kind<Running>, port: number, running: Running) {
    this.#kind = kind;
    this.port = port;
    this.#running = running;
  }

  /** The pid of the server. @throws when it does not run */
  get pid(): number {
    return this.#server().pid;
  }

  /** Ends the server, as a crash would unless another signal is named, and keeps its data. */
  async kill(signal: NodeJS.Signals = this.#kind.crash): Promise<void> {
    const ending = this.#running;
    if (ending === undefined) return;
    this.#running = undefined;
    // A paused process takes no signal but SIGKILL, which must not wake it first: it would
    // answer what it was sent meanwhile.
    if (signal !== 'SIGKILL') send(ending, 'SIGCONT');
    await endProcess(ending, signal, STOP_DEADLINE_MS, this.#kind.crash);
  }

  /** Starts it again after `kill`, on the same port with the same data. */
  async start(): Promise<void> {
    this.#running ??= await this.#kind.launch(this.port);
  }

  /** `kill` and `start`; ends it in order unless another signal is named. */
  async restart(signal: NodeJS.Signals = this.#kind.orderly): Promise<void> {
    await this.kill(signal);
    await this.start();
  }

  /** Stops it in its tracks: connections stand, nothing answers. */
  pause(): void {
    send(this.#server(), 'SIGSTOP');
  }

  /** Lets it go on after `pause`. */
  resume(): void {
    send(this.#server(), 'SIGCONT');
  }

  /** Ends the server and removes its data, for good. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#kind.folder, { recursive: true, force: true });
  }

  #server(): Running {
    if (this.#running === undefined) throw new Error('The server does not run');
    return this.#running;
  }
}

/** Launches a server on a port that was free a moment ago. */
export async function launchSomewhere<Running extends ProcessIdentity>(
  kind: Kind<Running>,
  attempts = PORT_ATTEMPTS,
): Promise<{ port: number; running: Running }> {
  const port = await findFreePort();
  try {
    return { port, running: await kind.launch(port) };
  } catch (error) {
    if (kind.isPortTaken(error) && attempts > 1) return launchSomewhere(kind, attempts - 1);
    rmSync(kind.folder, { recursive: true, force: true });
    throw error;
  }
}
