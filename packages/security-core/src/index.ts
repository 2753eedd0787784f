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
export { InvalidArgument, SecurityCoreError } from './errors.js';
export { Secret } from './secret.js';
export * from './webhook.js';
