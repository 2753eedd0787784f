import { type Side } from './side.js';
import { type WireRequest } from './wire.js';

/** One request that both servers are sent, each with codes and tokens of its own. */
export interface Case {
  /** Unlike any other's; what the table of differences calls it by. */
  readonly name: string;
  request(side: Side): WireRequest | Promise<WireRequest>;
}
