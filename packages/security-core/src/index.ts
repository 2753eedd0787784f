export {
  apiKeyPattern,
  generateApiKey,
  isApiKeyId,
  parseApiKey,
  verifyApiKey,
  type ApiKeyId,
  type ApiKeyMode,
  type GeneratedApiKey,
  type ParsedApiKey,
} from './api-key.js';
export { constantTimeEqual } from './constant-time.js';
export {
  InauthenticBox,
  InvalidArgument,
  KeysUnavailable,
  MalformedBox,
  SecurityCoreError,
  UnknownKey,
} from './errors.js';
export { Secret } from './secret.js';
export * from './webhook.js';
export { aes256Gcm, xaes256Gcm, type Aead, type AeadInput } from './aead.js';
export * from './secret-box.js';
export * from './hash-chain.js';
export { createRedactor, type RedactionOptions } from './redaction.js';
export {
  codeDigest,
  generateCode,
  generateKey,
  generateToken,
  keyedDigest,
  sha256Digest,
  verifyCode,
  type CodeInput,
  type KeyedDigestInput,
} from './token.js';
