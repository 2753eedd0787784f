import { type ApplicationName } from './applications.js';
import { type WireAnswer, type WireRequest } from './wire.js';

/** One of the two servers, as the cases see it. */
export interface Side {
  readonly issuer: string;
  /** The cookies of a browser that a user is signed in at. */
  readonly cookie: string;
  /** Has a user sign in at another browser. Returns its cookies. */
  signIn(): Promise<string>;
  clientId(application: ApplicationName): string;
  clientSecret(application: ApplicationName): string;
  send(request: WireRequest): Promise<WireAnswer>;
  /** Decides what a device asks for, as its user would. */
  decideDevice(userCode: string, approved: boolean): Promise<void>;
}
