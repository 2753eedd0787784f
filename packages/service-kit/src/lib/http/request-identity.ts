import { randomBytes } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** 128 bits: ids of all processes together never meet. */
const ID_BYTES = 16;

/** What we take over from a proxy in front of us. Nothing that could break a log or a header. */
const foreignId = /^[\w.:=-]{8,128}$/;

/** To draw for many ids at once takes little longer than to draw for one. */
const DRAWN_AT_ONCE = 128 * ID_BYTES;
let drawn = Buffer.alloc(0);
let used = 0;

export function newRequestId(): string {
  if (used === drawn.length) {
    drawn = randomBytes(DRAWN_AT_ONCE);
    used = 0;
  }
  const id = drawn.toString('base64url', used, used + ID_BYTES);
  used += ID_BYTES;
  return `req_${id}`;
}

/**
 * @returns the id that a trusted proxy gave the request, when it did and there is one; else a
 *   new one. Without a proxy the header is the client's, who could give two requests one name.
 */
export function requestIdOf(request: IncomingMessage, trustedProxies: number): string {
  const given = request.headers['x-request-id'];
  if (trustedProxies > 0 && typeof given === 'string' && foreignId.test(given)) return given;
  return newRequestId();
}

/**
 * Each proxy appends the address it was called from to X-Forwarded-For. Of those entries only
 * the last `trustedProxies` are from proxies of ours; what stands before them, anyone can send.
 *
 * @returns the address of the client, or of the first proxy that is not ours
 */
export function clientAddressOf(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return peer;
  const header = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const client = entries.slice(-trustedProxies)[0];
  return client !== undefined && isIP(client) !== 0 ? client : peer;
}
