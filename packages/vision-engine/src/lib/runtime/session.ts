import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Adds up the time spent inside ONNX Runtime: one per worker, read and reset for each job. */
export class RunClock {
  #elapsedMs = 0;

  /** Milliseconds inside `session.run` since the last reset. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  add(milliseconds: number): void {
    this.#elapsedMs += milliseconds;
  }

  reset(): void {
    this.#elapsedMs = 0;
  }
}

/** A dense array of 32-bit floats with its dimensions. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** The outputs of one run by name. */
export class Outputs {
  constructor(
    private readonly model: string,
    private readonly byName: Readonly<Record<string, FloatTensor>>,
  ) {}

  /** The output of that name. @throws Error when the model has none: it is the wrong model. */
  get(name: string): FloatTensor {
    const output = this.byName[name];
    if (output === undefined) throw new Error(`Model ${this.model} has no output "${name}".`);
    return output;
  }

  /** The output of a model that has exactly one. */
  single(): FloatTensor {
    const [output, ...others] = Object.values(this.byName);
    if (output === undefined || others.length > 0) {
      throw new Error(`Model ${this.model} does not have exactly one output.`);
    }
    return output;
  }
}

/**
 * How a net runs inside a worker. One thread each, because parallelism comes from having several
 * workers: more threads per net would only make them fight over the same cores.
 */
const SESSION_OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Memory patterns plan one block per input shape, and the text nets see a new shape with almost
  // every line: they cost 150 MiB a worker and save no measurable time.
  enableMemPattern: false,
  // 3: errors. Warnings are about optimisations that do not apply and go to stderr.
  logSeverityLevel: 3,
} as const satisfies InferenceSession.SessionOptions;

/** One loaded net with one input and float outputs. */
export class ModelSession {
  private constructor(
    readonly name: string,
    private readonly session: InferenceSession,
    private readonly clock: RunClock,
    private readonly input: string,
  ) {}

  /** Loads a net from its file. @throws Error when the file is missing or no valid model. */
  static async load(name: string, path: string, clock: RunClock): Promise<ModelSession> {
    const session = await InferenceSession.create(path, SESSION_OPTIONS);
    const [input, ...others] = session.inputNames;
    if (input === undefined || others.length > 0) {
      throw new Error(`Model ${name} does not have exactly one input.`);
    }
    return new ModelSession(name, session, clock, input);
  }

  /**
   * Runs the net on one input: pixels as bytes, or floats, whichever the net takes. Blocks the
   * thread meanwhile, which is why it is only called in a worker. The time counts on the worker's
   * clock.
   */
  async run(data: Uint8Array | Float32Array, dims: readonly number[]): Promise<Outputs> {
    const tensor =
      data instanceof Float32Array
        ? new Tensor('float32', data, dims)
        : new Tensor('uint8', data, dims);
    const start = performance.now();
    const results = await this.session.run({ [this.input]: tensor });
    this.clock.add(performance.now() - start);
    const byName: Record<string, FloatTensor> = {};
    for (const [name, result] of Object.entries(results)) {
      if (!(result.data instanceof Float32Array)) {
        throw new Error(`Output "${name}" of model ${this.name} is not float32.`);
      }
      byName[name] = { data: result.data, dims: result.dims };
    }
    return new Outputs(this.name, byName);
  }

  /** Frees the net's memory; it cannot run afterwards. */
  async release(): Promise<void> {
    await this.session.release();
  }
}
