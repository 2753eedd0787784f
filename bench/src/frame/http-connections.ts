import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What is sent: written out once, and sent as often as one likes. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** The values of a header, by its name in lower case. */
  headers(name: string): readonly string[];
  readonly body: string;
}

/** Larger than any answer that is asked for; longer ones come in pieces. */
const BUFFER_BYTES = 65_536;

const HEAD_END = '\r\n\r\n';
/** Statuses whose answer has no body (RFC 9112, section 6.3). */
const WITHOUT_BODY = new Set([204, 304]);

/** A request as it is on the wire. */
export function requestBytes({ method, path, headers = {}, body }: HttpRequest): Buffer {
  const fields: Record<string, string> = { host: '127.0.0.1', ...headers };
  if (body !== undefined) fields['content-length'] = String(Buffer.byteLength(body));
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
}

/**
 * Kept connections to one origin, as many as there are calls at a time, nothing pipelined. Knows as
 * much of HTTP/1.1 as servers here say, and throws at anything else: where load and service share
 * the cores of a machine, undici, the leanest client there is for Node, takes more of a call than
 * some of the services that are measured.
 */
export class HttpConnections implements AsyncDisposable {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();

  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.#address = { host: hostname, port: Number(port) };
  }

  /** @param request of {@link requestBytes} */
  async send(request: Buffer): Promise<HttpAnswer> {
    // The one that has been idle for longest, so that none is for so long that its server closes it.
    let connection = this.#idle.shift();
    while (connection?.closed === true) {
      this.#all.delete(connection);
      connection = this.#idle.shift();
    }
    connection ??= await this.#open();
    const answer = await connection.send(request);
    this.#idle.push(connection);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#all, (connection) => connection.close()));
  }

  async #open(): Promise<Connection> {
    const connection = new Connection(this.#address);
    this.#all.add(connection);
    await connection.opened;
    return connection;
  }
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

class Connection {
  readonly opened: Promise<unknown>;
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #received = Buffer.alloc(0);

  constructor(address: { readonly host: string; readonly port: number }) {
    this.#socket = connect({
      ...address,
      noDelay: true,
      // Past the streams of Node: one buffer, read as it is.
      onread: {
        buffer: Buffer.alloc(BUFFER_BYTES),
        callback: (bytes, buffer) => {
          this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => {
      this.#fail(error);
    });
    this.#socket.on('close', () => {
      this.#fail(new Error('the server has closed the connection'));
    });
    this.opened = once(this.#socket, 'connect');
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  send(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  #read(piece: Buffer): void {
    const bytes = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
    let answer: HttpAnswer | undefined;
    try {
      answer = readAnswer(bytes);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (answer === undefined) {
      // The buffer is written over by what comes next.
      this.#received = Buffer.from(bytes);
      return;
    }
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

/** @returns undefined where more of it is to come */
export function readAnswer(bytes: Buffer): HttpAnswer | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
  const begin = end + HEAD_END.length;
  const body = WITHOUT_BODY.has(status) ? '' : readBody(head, bytes.subarray(begin));
  if (body === undefined) return undefined;
  return { status, headers: (name) => valuesOf(head, name), body };
}

function readBody(head: string, bytes: Buffer): string | undefined {
  const [length] = valuesOf(head, 'content-length');
  if (length !== undefined) {
    const expected = Number(length);
    if (bytes.length > expected) throw new Error('an answer is longer than it says');
    return bytes.length === expected ? bytes.toString('utf8') : undefined;
  }
  if (valuesOf(head, 'transfer-encoding')[0] !== 'chunked')
    throw new Error(`an answer does not say where it ends: ${head}`);
  return readChunks(bytes);
}

/** RFC 9112, section 7.1, without extensions and trailers. */
function readChunks(bytes: Buffer): string | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const begin = lineEnd + 2;
    // The line break after a chunk, and after the last one.
    if (bytes.length < begin + length + 2) return undefined;
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(bytes.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}

function valuesOf(head: string, name: string): string[] {
  const values: string[] = [];
  for (let line = head.indexOf('\r\n'); line >= 0; line = head.indexOf('\r\n', line + 2)) {
    const begin = line + 2;
    const colon = begin + name.length;
    if (head[colon] !== ':' || head.slice(begin, colon).toLowerCase() !== name) continue;
    const end = head.indexOf('\r\n', begin);
    values.push(head.slice(colon + 1, end < 0 ? undefined : end).trim());
  }
  return values;
}
