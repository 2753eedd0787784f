import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request byte for byte: what a client library would tidy up is left as it is. */
export interface WireRequest {
  readonly method: string;
  /** Below the issuer, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request and reads the whole answer; follows no redirect. */
export async function send(
  issuer: string,
  { method, path, headers, body }: WireRequest,
): Promise<WireAnswer> {
  const { hostname, port, pathname } = new URL(issuer);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path: `${pathname === '/' ? '' : pathname}${path}`,
        headers: {
          ...headers,
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body, 'latin1') }),
        } as Record<string, string | string[]>,
        agent: false,
      },
      (answer) => {
        buffer(answer).then((bytes) => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: bytes.toString('utf8'),
          });
        }, reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body, 'latin1');
  });
}
