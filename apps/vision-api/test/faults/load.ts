import { type ApiKeyId } from '@nomo/security-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Sent } from './client.js';
import { type Draw } from './questions.js';

/** Each client rests so long between two requests: the load is to be steady, not the most. */
const REST_MS = 10;

const LOOK_EVERY_MS = 10;

/**
 * Clients on kept connections, each with one request under way, spread over the processes that
 * answer; and the record of everything that they sent.
 */
export class Load {
  readonly sent: Sent[] = [];
  private going = false;
  private running: Promise<unknown> = Promise.resolve();
  private turn = 0;
  private readonly up: Set<string>;

  /**
   * @param draw - What the request with this number is to be.
   */
  constructor(
    urls: readonly string[],
    readonly clients: number,
    private readonly draw: (turn: number) => Draw,
  ) {
    this.up = new Set(urls);
  }

  start(): void {
    this.going = true;
    this.running = Promise.all(Array.from({ length: this.clients }, () => this.work()));
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.going = false;
    await this.running;
  }

  /** A process that was away can be sent requests again. */
  include(url: string): void {
    this.up.add(url);
  }

  /** Waits for so many more answers, of whatever kind. */
  async more(answers: number): Promise<void> {
    const enough = this.answered() + answers;
    while (this.answered() < enough) await sleep(LOOK_EVERY_MS);
  }

  /** Sends one request, once. */
  async once(url: string, draw: Draw): Promise<Sent> {
    const client = new Client();
    const sent = await client.ask(url, draw);
    client.close();
    this.sent.push(sent);
    return sent;
  }

  /** What was sent with this key. */
  of(id: ApiKeyId): Sent[] {
    return this.sent.filter(({ keyId }) => keyId === id);
  }

  private answered(): number {
    return this.sent.reduce((sum, { status }) => sum + (status === undefined ? 0 : 1), 0);
  }

  private async work(): Promise<void> {
    const client = new Client();
    while (this.going) {
      const number = this.turn++;
      const urls = [...this.up];
      const url = urls[number % Math.max(urls.length, 1)];
      if (url === undefined) throw new Error('no process is left to be asked');
      const sent = await client.ask(url, this.draw(number));
      // As behind a load balancer: who takes no connection is asked no more.
      if (sent.reached) this.sent.push(sent);
      else this.up.delete(url);
      await sleep(REST_MS);
    }
    client.close();
  }
}
