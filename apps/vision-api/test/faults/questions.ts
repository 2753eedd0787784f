import sharp from 'sharp';
import { type TestKey } from '../support/stack.js';

/** The smallest image that the service takes. */
const SMALLEST = 80;

const picture = await sharp({
  create: { width: SMALLEST, height: SMALLEST, channels: 3, background: '#336699' },
})
  .jpeg()
  .toBuffer();

/** What is asked, by what it is answered with. */
export type Kind =
  /** 415: refused before its body is read. The cheapest request that counts. */
  | 'no-image'
  /** 422: read, sent to the engine, and refused there. */
  | 'broken-image'
  /** 200: through the network that names what an image shows. */
  | 'image'
  /** Its client goes away in the middle of the upload. */
  | 'cut-upload'
  /** Its client goes away when all is sent and nothing is answered. */
  | 'cut-waiting'
  /** Its client goes away when it has read the head of the answer. */
  | 'cut-answer';

/** What one request is to be. */
export interface Draw {
  readonly key: TestKey;
  readonly kind: Kind;
}

/** A request's type and body. */
export interface Question {
  readonly type: string;
  readonly body: Buffer;
}

/** What a request of this kind sends, to be answered by `/v1/labels/detect`. */
export function question(kind: Kind): Question {
  switch (kind) {
    case 'no-image':
    case 'cut-answer':
      return { type: 'text/plain', body: Buffer.from('x') };
    case 'broken-image':
      return { type: 'image/jpeg', body: picture.subarray(0, picture.length / 2) };
    default:
      return { type: 'image/jpeg', body: picture };
  }
}
