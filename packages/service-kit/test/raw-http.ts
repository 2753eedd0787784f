import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A connection on which a test says exactly what it wants, well-formed or not. */
export class RawConnection {
  private received = '';
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.received += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
    });
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Waits until `text` has come; throws when the connection ends before. */
  async receive(text: string): Promise<string> {
    while (!this.received.includes(text)) {
      if (this.ended) throw new Error(`closed after: ${this.received}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.received;
  }

  /** Waits for the server to close, and returns all it said. */
  async closed(): Promise<string> {
    if (!this.ended) await once(this.socket, 'close');
    return this.received;
  }
}

/** Sends `request` on a connection of its own and reads until the server closes. */
export async function exchange(url: string, request: string): Promise<RawAnswer> {
  const connection = await RawConnection.open(url);
  connection.send(request);
  return parse(await connection.closed());
}

export function parse(answer: string): RawAnswer {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: new Map(headers), body };
}
