import { type ModelSession } from '../runtime/session.js';

/** All that finding faces asks of a loaded net. */
export type Net = Pick<ModelSession, 'run'>;
