import { type ApiKeyId } from '@nomo/security-core';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { question, type Draw } from './questions.js';

/** Longer than anything that is answered may take: then the test has found something. */
const LONGEST_MS = 40_000;

/** What became of a request. */
export interface Sent {
  readonly keyId: ApiKeyId;
  readonly url: string;
  /** When it was sent, in the milliseconds of `performance.now`. */
  readonly at: number;
  readonly milliseconds: number;
  /** Of the answer, once the head of it has arrived; `undefined` where none came. */
  readonly status: number | undefined;
  /** What a 503 says of itself. */
  readonly code: string | undefined;
  /** Whether there was anybody to take it. */
  readonly reached: boolean;
}

/** One client with one connection, which is kept as long as the other side keeps it. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Resolves once the request is over, in whatever way. */
  ask(url: string, { key, kind }: Draw): Promise<Sent> {
    const { type, body } = question(kind);
    const at = performance.now();
    return new Promise((resolve) => {
      let status: number | undefined;
      let code: string | undefined;
      let reached = true;
      const sending = request(`${url}/v1/labels/detect`, {
        agent: this.agent,
        method: 'POST',
        headers: {
          'x-api-key': key.key,
          'content-type': type,
          'content-length': body.length,
        },
        timeout: LONGEST_MS,
      });
      sending.on('timeout', () => sending.destroy(new Error('nothing was answered')));
      sending.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') reached = false;
      });
      sending.on('response', (response) => {
        status = response.statusCode;
        if (kind === 'cut-answer') sending.destroy();
        else {
          drain(response, (problem) => {
            if (status === 503) code = problem;
          });
        }
      });
      sending.on('close', () => {
        const milliseconds = performance.now() - at;
        resolve({ keyId: key.id, url, at, milliseconds, status, code, reached });
      });
      send(sending, body, kind);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function send(sending: ClientRequest, body: Buffer, kind: Draw['kind']): void {
  switch (kind) {
    case 'cut-upload':
      sending.write(body.subarray(0, body.length / 2), () => {
        // Far enough for the other side to have begun.
        setTimeout(() => sending.destroy(), 10);
      });
      return;
    case 'cut-waiting':
      sending.end(body, () => {
        setTimeout(() => sending.destroy(), 2);
      });
      return;
    default:
      sending.end(body);
  }
}

/** Reads an answer to its end, and tells the code of the problem that it may hold. */
function drain(response: IncomingMessage, onProblem: (code: string | undefined) => void): void {
  let text = '';
  response.on('error', () => undefined);
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    onProblem(/"code":"(?<code>\w+)"/u.exec(text)?.groups?.['code']);
  });
}
