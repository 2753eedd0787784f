import { availableParallelism, totalmem } from 'node:os';
import { isUint8Array } from 'node:util/types';
import { type ComparedImage, InvalidOption } from '../errors.js';
import {
  type CallOptions,
  type CompareFacesOptions,
  type DetectFacesOptions,
  type DetectLabelsOptions,
  type DetectTextOptions,
  type EngineStats,
  type FaceComparison,
  type FaceDetection,
  type LabelDetection,
  type Operation,
  type OperationStats,
  type TextDetections,
  type VisionLogger,
} from '../types.js';
import { aboutImage } from './compared-image.js';
import { errorFromData } from './error-data.js';
import { checkEncodedImage, type ImageLimits } from './image/decode.js';
import { integerOption, numberOption } from './options.js';
import { RestartBudget } from './pool/restart-budget.js';
import { type Parcel, WorkerPool } from './pool/worker-pool.js';
import { disableTelemetry } from './runtime/telemetry.js';
import {
  type Answers,
  type JobReply,
  type JobRequest,
  type JobTimings,
  type WorkerSettings,
} from './worker/protocol.js';

/** Settings of an engine; everything has a default. */
export interface VisionEngineOptions {
  /**
   * Worker threads, each with every model. By default one per core, but no more than one per half
   * a gibibyte of memory: that is about what a worker needs.
   */
  readonly workers?: number | undefined;
  /** Calls that may wait while every worker is busy; 8 per worker by default. */
  readonly queueLimit?: number | undefined;
  /** Default of a call's `deadlineMs`; 10,000. */
  readonly deadlineMs?: number | undefined;
  /** Longest wait for running and queued calls in `close()`; 30,000 ms. */
  readonly drainMs?: number | undefined;
  /** Largest image in bytes; 5 MiB. */
  readonly maxBytes?: number | undefined;
  /** Most pixels of an image; 40 million. */
  readonly maxPixels?: number | undefined;
  /** Longest side of an image in pixels; 10,000. */
  readonly maxSide?: number | undefined;
  /** Shortest side of an image in pixels; 80. */
  readonly minSide?: number | undefined;
  /** Hears of workers that died; silent by default. */
  readonly logger?: VisionLogger | undefined;
}

const MEBIBYTE = 1024 * 1024;

const MAX_BYTES = 5 * MEBIBYTE;

/**
 * A decoder may need the whole image at once: a progressive JPEG without chroma subsampling keeps
 * 6 bytes a pixel, an interlaced 16-bit PNG 8. 40 million pixels (7,300 x 5,500) bound that to
 * 320 MB for as long as the decoding lasts.
 */
const MAX_PIXELS = 40_000_000;

/** Rekognition's limits, which callers may be used to. */
const MAX_SIDE = 10_000;
const MIN_SIDE = 80;

const MEMORY_PER_WORKER = 512 * MEBIBYTE;
const QUEUE_PER_WORKER = 8;
const DEADLINE_MS = 10_000;
const DRAIN_MS = 30_000;

/** Replaced workers in a minute, per worker of the pool. */
const RESTARTS_PER_MINUTE = 3;

/** Longest time a timer of Node can hold. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * The worker's entry, compiled. This module lies in dist/lib, or in src/lib when the tests import
 * it: from both, the path below leads to dist, since a thread cannot run what Jest transforms.
 */
const WORKER_ENTRY = new URL('../../dist/lib/worker/main.js', import.meta.url);

const silent: VisionLogger = { info: () => undefined, warn: () => undefined };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Answers questions about images on a pool of worker threads.
 *
 * Every call takes the bytes of JPEG, PNG or WebP images (never a path or a URL) and rejects with
 * a `VisionError`, or with the reason of the signal that withdrew it. Do not change the bytes
 * before the call settles: they are copied when a worker is free, not before. Orientation from
 * EXIF is applied, transparency is laid over white, and of an animation the first frame counts.
 *
 * Decoding runs in libvips, which is one per process: while an engine lives, sharp reads nothing
 * but JPEG, PNG and WebP from memory, in the whole process.
 */
export class VisionEngine {
  readonly #pool: WorkerPool<JobRequest, JobReply>;
  readonly #limits: ImageLimits;
  readonly #deadlineMs: number;
  readonly #queueLimit: number;
  readonly #operations: Record<Operation, Writable<OperationStats>> = {
    detectFaces: emptyStats(),
    compareFaces: emptyStats(),
    detectLabels: emptyStats(),
    detectText: emptyStats(),
  };

  /** @throws InvalidOption */
  constructor(options: VisionEngineOptions = {}) {
    const whole = { least: 1, most: Number.MAX_SAFE_INTEGER };
    const timer = { least: 1, most: MAX_TIMER_MS };
    const workers = integerOption('workers', options.workers, {
      least: 1,
      most: 1024,
      fallback: defaultWorkers(),
    });
    this.#queueLimit = integerOption('queueLimit', options.queueLimit, {
      ...whole,
      least: 0,
      fallback: QUEUE_PER_WORKER * workers,
    });
    this.#deadlineMs = integerOption('deadlineMs', options.deadlineMs, {
      ...timer,
      fallback: DEADLINE_MS,
    });
    const drainMs = integerOption('drainMs', options.drainMs, {
      ...timer,
      least: 0,
      fallback: DRAIN_MS,
    });
    this.#limits = {
      maxBytes: integerOption('maxBytes', options.maxBytes, { ...whole, fallback: MAX_BYTES }),
      maxPixels: integerOption('maxPixels', options.maxPixels, {
        ...whole,
        fallback: MAX_PIXELS,
      }),
      maxSide: integerOption('maxSide', options.maxSide, { ...whole, fallback: MAX_SIDE }),
      minSide: integerOption('minSide', options.minSide, { ...whole, fallback: MIN_SIDE }),
    };
    disableTelemetry();
    this.#pool = new WorkerPool({
      entry: WORKER_ENTRY,
      workerData: { limits: this.#limits } satisfies WorkerSettings,
      size: workers,
      queueLimit: this.#queueLimit,
      restarts: new RestartBudget(RESTARTS_PER_MINUTE * workers, 60_000),
      drainMs,
      logger: options.logger ?? silent,
    });
  }

  /**
   * Resolves when every worker has loaded every model and run it once. Calls made before wait in
   * the queue.
   *
   * @throws EngineFailure when a worker cannot start, for example because a model is missing.
   */
  async ready(): Promise<void> {
    await this.#pool.ready();
  }

  /** Faces with landmarks, pose and quality, largest first. */
  async detectFaces(
    image: Uint8Array,
    options: DetectFacesOptions = {},
  ): Promise<FaceDetection> {
    this.#check(image);
    return this.#run('detectFaces', options, () => {
      const copy = copyOf(image);
      return { request: { operation: 'detectFaces', image: copy }, transfer: [copy.buffer] };
    });
  }

  /**
   * Looks for the largest face of one image in another.
   *
   * An error about one of the images says which in its `image`.
   *
   * @throws NoFace when the source shows none. A target without faces is an answer.
   */
  async compareFaces(
    source: Uint8Array,
    target: Uint8Array,
    options: CompareFacesOptions = {},
  ): Promise<FaceComparison> {
    const similarityThreshold = numberOption(
      'similarityThreshold',
      options.similarityThreshold,
      { least: 0, most: 100, fallback: 80 },
    );
    this.#check(source, 'source');
    this.#check(target, 'target');
    return this.#run('compareFaces', options, () => {
      const sourceCopy = copyOf(source);
      const targetCopy = copyOf(target);
      return {
        request: {
          operation: 'compareFaces',
          source: sourceCopy,
          target: targetCopy,
          similarityThreshold,
        },
        transfer: [sourceCopy.buffer, targetCopy.buffer],
      };
    });
  }

  /** What the image shows, with the boxes of what could be located. */
  async detectLabels(
    image: Uint8Array,
    options: DetectLabelsOptions = {},
  ): Promise<LabelDetection> {
    const minConfidence = numberOption('minConfidence', options.minConfidence, {
      least: 0,
      most: 100,
      fallback: 55,
    });
    const maxLabels = integerOption('maxLabels', options.maxLabels, {
      least: 1,
      most: Number.MAX_SAFE_INTEGER,
      fallback: Number.MAX_SAFE_INTEGER,
    });
    this.#check(image);
    return this.#run('detectLabels', options, () => {
      const copy = copyOf(image);
      return {
        request: { operation: 'detectLabels', image: copy, minConfidence, maxLabels },
        transfer: [copy.buffer],
      };
    });
  }

  /** Lines of text and their words, in reading order. */
  async detectText(
    image: Uint8Array,
    options: DetectTextOptions = {},
  ): Promise<TextDetections> {
    const minConfidence = numberOption('minConfidence', options.minConfidence, {
      least: 0,
      most: 100,
      fallback: 50,
    });
    this.#check(image);
    return this.#run('detectText', options, () => {
      const copy = copyOf(image);
      return {
        request: { operation: 'detectText', image: copy, minConfidence },
        transfer: [copy.buffer],
      };
    });
  }

  /** Queue, workers and where the time went, for metrics. */
  stats(): EngineStats {
    return {
      ...this.#pool.stats(),
      queueLimit: this.#queueLimit,
      operations: structuredClone(this.#operations),
    };
  }

  /**
   * Refuses new calls, finishes what runs and waits (for at most `drainMs`), then ends the
   * workers. May be called again: it is one shutdown.
   */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** What costs nothing to find out is refused before it takes a place in the queue. */
  #check(image: Uint8Array, role?: ComparedImage): void {
    try {
      // Callers in JavaScript, and values that crossed a realm: `instanceof` would not do.
      if (!isUint8Array(image)) {
        throw new InvalidOption(
          role ?? 'image',
          'An image must be given as a Uint8Array of its bytes.',
        );
      }
      checkEncodedImage(image, this.#limits.maxBytes);
    } catch (error) {
      throw aboutImage(error, role);
    }
  }

  async #run<O extends Operation>(
    operation: O,
    options: CallOptions,
    pack: () => Parcel<JobRequest>,
  ): Promise<Answers[O]> {
    const deadlineMs = integerOption('deadlineMs', options.deadlineMs, {
      least: 1,
      most: MAX_TIMER_MS,
      fallback: this.#deadlineMs,
    });
    const stats = this.#operations[operation];
    const start = performance.now();
    try {
      const reply = await this.#pool.run(pack, { deadlineMs, signal: options.signal });
      addTimings(stats, reply.timings);
      if ('error' in reply) throw errorFromData(reply.error);
      stats.completed += 1;
      // The worker answers the question it was asked.
      return reply.answer as Answers[O];
    } catch (error) {
      stats.failed += 1;
      throw error;
    } finally {
      stats.totalMs += performance.now() - start;
    }
  }
}

/**
 * Starts an engine. It takes calls at once; await `ready()` before telling anybody so.
 *
 * @example
 * const engine = await createVisionEngine({ workers: 2 });
 * await engine.ready();
 * const { faces } = await engine.detectFaces(await readFile('photo.jpg'));
 * await engine.close();
 *
 * @throws InvalidOption
 */
export function createVisionEngine(options: VisionEngineOptions = {}): Promise<VisionEngine> {
  return new Promise((resolve) => {
    resolve(new VisionEngine(options));
  });
}

function emptyStats(): Writable<OperationStats> {
  return { completed: 0, failed: 0, decodeMs: 0, sessionMs: 0, workMs: 0, totalMs: 0 };
}

function addTimings(stats: Writable<OperationStats>, timings: JobTimings): void {
  stats.decodeMs += timings.decodeMs;
  stats.sessionMs += timings.sessionMs;
  stats.workMs += timings.workMs;
}

/**
 * The bytes in a buffer of their own, to be moved to the worker: the caller keeps theirs, and what
 * else shares its memory (Node's pool, the rest of an upload) stays here.
 */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function defaultWorkers(): number {
  // 0 or more than there is when no container limits the process.
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memory / MEMORY_PER_WORKER)));
}
