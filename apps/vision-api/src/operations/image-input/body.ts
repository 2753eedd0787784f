import { requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { ClientAborted } from './client-aborted.js';

/**
 * The whole body in memory.
 *
 * @throws what `tooLarge` makes, as soon as more than `maxBytes` are announced or arrive.
 * @throws {ClientAborted} if the client goes away first.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  const { signal } = requestContext(request);
  const gone = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new ClientAborted());
    });
  });
  const read = async (): Promise<void> => {
    // Leaving the loop early may not destroy the request: its socket carries the answer.
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  };
  try {
    // When the time for a request is over it is answered, and its body neither ends nor fails.
    await Promise.race([read(), gone]);
  } catch {
    throw new ClientAborted();
  }
  if (size > maxBytes) {
    // Passed over, so that the client can finish sending and read why it was refused.
    request.resume();
    throw tooLarge();
  }
  return Buffer.concat(chunks, size);
}
