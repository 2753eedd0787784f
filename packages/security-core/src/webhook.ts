export {
  mostWebhookSignatures,
  type BodyOnly,
  type Timestamped,
  type WebhookRefusalReason,
  type WebhookScheme,
} from './webhook/scheme.js';
export {
  github,
  hmacSha256,
  lemonSqueezy,
  paddle,
  razorpay,
  standardWebhooks,
  stripe,
  svix,
  type HmacSha256Form,
  type StandardWebhookMessage,
} from './webhook/schemes.js';
export {
  signWebhook,
  type OutgoingWebhook,
  type WebhookSignatureHeaders,
} from './webhook/sign.js';
export {
  verifyWebhook,
  type ReceivedWebhook,
  type RefusedWebhook,
  type VerifiedWebhook,
  type WebhookHeaders,
  type WebhookVerdict,
} from './webhook/verify.js';
