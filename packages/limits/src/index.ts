export { createLimitsConnection, leaveLimitsConnection } from './connection.js';
export { InvalidLimit, LimitsError, LimitsUnavailable } from './errors.js';
export { LocalBucket, type LocalBucketOptions } from './local-bucket.js';
export { bucketKey, quotaKey } from './keys.js';
export { networkOf } from './network-of.js';
export {
  Limits,
  type BucketGiveBack,
  type BucketRequest,
  type BucketVerdict,
  type CheckRequest,
  type CheckVerdict,
  type GiveBackRequest,
  type LimitsOptions,
  type QuotaFloor,
  type QuotaRequest,
  type QuotaState,
  type QuotaVerdict,
} from './limits.js';
