export { canonicalJson, type JsonValue } from './canonical-json.js';
export {
  chainHash,
  chainStart,
  verifyChain,
  type ChainLink,
  type ChainVerdict,
  type VerifyChainOptions,
} from './hash-chain/chain.js';
export {
  signCheckpoint,
  verifyCheckpoint,
  type Checkpoint,
  type CheckpointStatement,
} from './hash-chain/checkpoint.js';
export { parseJson } from './parse-json.js';
