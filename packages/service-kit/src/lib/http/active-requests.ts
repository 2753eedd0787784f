import { type Server, type ServerResponse } from 'node:http';
import { type Server as TlsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Slots } from './slots.js';

/** Time for a request whose first bytes are under way on a connection that looks idle. */
const GRACE_MS = 100;

/** Keeps the requests and connections of a server, so that it can be stopped without a loss. */
export class ActiveRequests {
  private readonly responses = new Slots<ServerResponse>();
  private readonly sockets = new Slots<Socket>();
  private draining = false;
  private onIdle: () => void = () => undefined;

  constructor(private readonly server: Server | TlsServer) {
    server.on('connection', (socket: Socket) => {
      const slot = this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.remove(slot);
      });
    });
  }

  add(response: ServerResponse): void {
    const slot = this.responses.add(response);
    if (this.draining) response.setHeader('connection', 'close');
    response.once('close', () => {
      this.responses.remove(slot);
      if (this.responses.size === 0) this.onIdle();
    });
  }

  /**
   * Accepts no more connections, lets running requests finish, and closes everything.
   *
   * @returns whether all finished in time; those that did not have been cut off
   */
  async drain(timeoutMs: number): Promise<boolean> {
    this.draining = true;
    for (const response of this.responses) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
    // Not by the server's own `close`, which also closes what is idle at this moment: a kept
    // connection on which the next request is under way. Who sends one is told in its answer
    // to come back on another connection.
    const closed = new Promise<void>((resolve) =>
      NetServer.prototype.close.call(this.server, () => {
        resolve();
      }),
    );
    const cutOff = new AbortController();
    const inTime = await Promise.race([
      this.idle().then(() => true),
      delay(timeoutMs, false, { signal: cutOff.signal }),
    ]);
    cutOff.abort();
    // Also those that have connected and never sent a thing, which the server does not count
    // as idle, and keep-alive connections whose last answer began before the drain.
    for (const socket of this.sockets) socket.destroy();
    await closed;
    // Handlers learn that they were cut off before what they stand on is taken away.
    await this.empty();
    return inTime;
  }

  private async idle(): Promise<void> {
    do {
      await this.empty();
      await delay(GRACE_MS);
    } while (this.responses.size > 0);
  }

  private async empty(): Promise<void> {
    if (this.responses.size === 0) return;
    await new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
  }
}
