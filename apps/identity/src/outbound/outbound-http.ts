import { type OnApplicationShutdown } from '@nestjs/common';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch, type Response } from 'undici';
import { isPrivateAddress } from './private-addresses.js';

/** An address that we were told to call and do not call. */
export class CallRefused extends Error {
  readonly code = 'call_refused';
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** From the first byte to the last, both ways. */
const TIMEOUT_MS = 10_000;
/** More than any answer that we read. */
const MOST_BYTES = 262_144;

/**
 * Calls addresses that others have given us: webhooks, key sets, logouts. Never a private
 * address (it is judged when the connection is made, so that a name cannot change in between),
 * never a redirect, never for long, never much.
 */
export class OutboundHttp implements OnApplicationShutdown {
  readonly #agent: Agent;
  readonly #allowPrivate: boolean;

  constructor(options: { readonly allowPrivate: boolean }) {
    this.#allowPrivate = options.allowPrivate;
    this.#agent = new Agent({
      connect: options.allowPrivate ? {} : { lookup: publicLookup },
      connections: 8,
    });
  }

  /** @throws {CallRefused}, or what the network has */
  async call(address: string, request: OutboundRequest): Promise<OutboundAnswer> {
    const url = new URL(address);
    this.#refuse(url);
    const response = await fetch(url, {
      method: request.method,
      headers: { 'user-agent': 'NamoID', ...request.headers },
      ...(request.body !== undefined && { body: request.body }),
      dispatcher: this.#agent,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: await bounded(response) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.close();
  }

  #refuse(url: URL): void {
    if (this.#allowPrivate) return;
    if (url.protocol !== 'https:') throw new CallRefused('Only https is called');
    // An address that needs no look-up is judged here.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && isPrivateAddress(host)) throw refusedAddress();
  }
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, '');
      return;
    }
    // One that is private among others is no mistake of anybody honest.
    if (addresses.length === 0 || addresses.some(({ address }) => isPrivateAddress(address))) {
      callback(refusedAddress(), '');
      return;
    }
    callback(null, addresses);
  });
};

function refusedAddress(): CallRefused {
  return new CallRefused('The address is not on the public internet');
}

async function bounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) throw new CallRefused('The answer is larger than is read');
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
