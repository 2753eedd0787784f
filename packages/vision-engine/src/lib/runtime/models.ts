import { type ModelName, modelNames, modelPath } from '@nomo/vision-models';
import { ModelSession, type RunClock } from './session.js';

/** Every net of the engine, loaded; one set per worker. */
export class Models {
  private constructor(private readonly sessions: ReadonlyMap<ModelName, ModelSession>) {}

  /** Loads all nets, one after the other: they would only queue for the same core. */
  static async load(clock: RunClock): Promise<Models> {
    const sessions = new Map<ModelName, ModelSession>();
    for (const name of modelNames) {
      sessions.set(name, await ModelSession.load(name, modelPath(name), clock));
    }
    return new Models(sessions);
  }

  get(name: ModelName): ModelSession {
    const session = this.sessions.get(name);
    if (session === undefined) throw new Error(`Model ${name} is not loaded.`);
    return session;
  }

  /** Frees the memory of all nets. */
  async release(): Promise<void> {
    for (const session of this.sessions.values()) await session.release();
  }
}
