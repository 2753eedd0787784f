import { type ComparedImage } from '../../errors.js';
import { aboutImage } from '../compared-image.js';
import { errorToData } from '../error-data.js';
import { createFacePipeline, type FacePipeline } from '../faces/index.js';
import {
  type DecodedImage,
  decodeImage,
  type ImageLimits,
  type WorkingSize,
} from '../image/decode.js';
import { type Raster } from '../image/raster.js';
import { createLabelPipeline, LABEL_INPUT, type LabelPipeline } from '../labels/index.js';
import { Models } from '../runtime/models.js';
import { RunClock } from '../runtime/session.js';
import { createTextPipeline, type TextPipeline } from '../text/index.js';
import { rounded } from './precision.js';
import { type Answers, type JobReply, type JobRequest } from './protocol.js';

/**
 * What faces and text are sought in. No net sees more than 960 pixels of it at once; what larger
 * detail is good for (reading a line that was found, cutting out a face) is served by twice that.
 */
const DETAILED = { longestSide: 1920 } as const satisfies WorkingSize;

/** The four operations of one worker, on nets of its own. Runs one job at a time. */
export class Operations {
  readonly #clock: RunClock;
  #decodeMs = 0;

  private constructor(
    private readonly models: Models,
    private readonly faces: FacePipeline,
    private readonly labels: LabelPipeline,
    private readonly text: TextPipeline,
    private readonly limits: ImageLimits,
    clock: RunClock,
  ) {
    this.#clock = clock;
  }

  /** Loads every net. */
  static async load(limits: ImageLimits): Promise<Operations> {
    const clock = new RunClock();
    const models = await Models.load(clock);
    return new Operations(
      models,
      createFacePipeline(models),
      createLabelPipeline(models),
      await createTextPipeline(models),
      limits,
      clock,
    );
  }

  /**
   * Runs every net once on nothing in particular: the first run of a net allocates and plans, and no
   * caller should wait for that.
   */
  async warmUp(): Promise<void> {
    const side = 320;
    const blank: Raster = { data: new Uint8Array(side * side * 3), width: side, height: side };
    await this.faces.warmUp(blank);
    await this.labels.warmUp();
    await this.text.warmUp();
  }

  /** Runs a job to its reply. Never rejects: what goes wrong is part of the reply. */
  async run(request: JobRequest): Promise<JobReply> {
    this.#clock.reset();
    this.#decodeMs = 0;
    const start = performance.now();
    const timings = (): JobReply['timings'] => ({
      decodeMs: this.#decodeMs,
      sessionMs: this.#clock.elapsedMs,
      workMs: performance.now() - start,
    });
    try {
      const answer = rounded(await this.#answer(request));
      return { answer, timings: timings() };
    } catch (error) {
      return { error: errorToData(error), timings: timings() };
    }
  }

  /** Frees the nets. */
  async release(): Promise<void> {
    await this.models.release();
  }

  async #answer(request: JobRequest): Promise<Answers[JobRequest['operation']]> {
    switch (request.operation) {
      case 'detectFaces': {
        const image = await this.#decode(request.image, DETAILED);
        return { faces: await this.faces.detect(image), image: image.original };
      }
      case 'compareFaces': {
        const source = await this.#decode(request.source, DETAILED, 'source');
        const target = await this.#decode(request.target, DETAILED, 'target');
        return this.faces.compare(source, target, request.similarityThreshold);
      }
      case 'detectLabels': {
        const image = await this.#decode(request.image, LABEL_INPUT);
        return { labels: await this.labels.detect(image, request), image: image.original };
      }
      case 'detectText': {
        const image = await this.#decode(request.image, DETAILED);
        return { texts: await this.text.detect(image, request), image: image.original };
      }
    }
  }

  async #decode(
    bytes: Uint8Array,
    size: WorkingSize,
    role?: ComparedImage,
  ): Promise<DecodedImage> {
    const start = performance.now();
    try {
      return await decodeImage(bytes, this.limits, size);
    } catch (error) {
      throw aboutImage(error, role);
    } finally {
      this.#decodeMs += performance.now() - start;
    }
  }
}
