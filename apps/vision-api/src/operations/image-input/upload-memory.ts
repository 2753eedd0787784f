import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, Problem } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Config } from '../../config.js';

/**
 * How much a request holds for each byte of its body: the pieces as they arrive, and the
 * whole they are put together to; in JSON the text and the image it spells as well.
 */
const COPIES = { binary: 2, json: 3 } as const;

/**
 * Bounds the memory that uploads hold, all of them together. A body is paid for before its
 * first byte is read, and until its request is answered: waiting for the engine holds memory
 * as well.
 */
@Injectable()
export class UploadMemory {
  private held = 0;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'UPLOAD_MEMORY_BYTES'>) {}

  /**
   * Takes what this request may hold, and gives it back when it is over.
   *
   * @param maxBytes what its body can come to, where it does not announce its length
   * @throws {Problem} 503 `overloaded` when other uploads hold too much
   */
  hold(request: Request, maxBytes: number, form: keyof typeof COPIES): void {
    const announced = Number(request.headers['content-length'] ?? maxBytes);
    const bytes = Math.min(announced, maxBytes) * COPIES[form];
    if (this.held + bytes > this.config.UPLOAD_MEMORY_BYTES) {
      throw new Problem({
        status: 503,
        code: 'overloaded',
        detail: 'The service holds as many images as it can. Retry after a short pause.',
        headers: { 'Retry-After': '1' },
      });
    }
    this.held += bytes;
    request.res?.once('close', () => {
      this.held -= bytes;
    });
  }
}
