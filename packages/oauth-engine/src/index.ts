export {
  type AuthorizationRequest,
  type Prompt,
} from './lib/authorization/authorization-request.js';
export { type AuthorizationOutcome, type Interaction } from './lib/authorization/outcome.js';
export { type OAuthContext } from './lib/context.js';
export { endpoints, endpointUrl, type EndpointName } from './lib/endpoints.js';
export { OAuthError, type OAuthErrorCode } from './lib/errors.js';
export { type OAuthRequest } from './lib/http/request.js';
export { type OAuthResponse } from './lib/http/response.js';
export * from './lib/model/application.js';
export * from './lib/model/authorization.js';
export * from './lib/model/device-code.js';
export * from './lib/model/grant.js';
export * from './lib/model/json.js';
export * from './lib/model/user.js';
export * from './lib/ports/client-keys.js';
export * from './lib/ports/events.js';
export * from './lib/ports/replay-register.js';
export * from './lib/ports/signer.js';
export * from './lib/ports/store.js';
export * from './lib/ports/vault.js';
export * from './lib/settings.js';
export { createSigner, type PublishedKey } from './lib/keys/signer.js';
export { CheckedJwts } from './lib/tokens/checked-jwts.js';
export { authorize, resumeAuthorization } from './lib/authorization/authorize.js';
export { type Visit } from './lib/authorization/visit.js';
export { authenticateClient } from './lib/client-authentication/authenticate-client.js';
export { clientKeyFault } from './lib/client-authentication/client-key.js';
export { verifyDpopProof } from './lib/dpop/verify-dpop-proof.js';
export { issueToken } from './lib/token/issue-token.js';
export { discovery, serverMetadata } from './lib/metadata/discovery.js';
export { jwks, jwksMaxAgeSeconds } from './lib/metadata/jwks.js';
export {
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from './lib/metadata/protected-resource.js';
export { pushAuthorizationRequest } from './lib/par/push-authorization-request.js';
export { authorizeDevice, verificationPath } from './lib/device/authorize-device.js';
export {
  decideDeviceRequest,
  findDeviceRequest,
  type DeviceRequest,
} from './lib/device/device-decision.js';
export { introspectToken } from './lib/introspection/introspect-token.js';
export { revokeToken } from './lib/revocation/revoke-token.js';
export {
  confirmEndSession,
  endSession,
  type EndSessionOutcome,
  type EndSessionRequest,
  type SessionEnded,
} from './lib/logout/end-session.js';
export { issueLogoutToken } from './lib/logout/logout-token.js';
export { signOut } from './lib/logout/sign-out.js';
export {
  authenticateAccessToken,
  type AuthenticatedToken,
} from './lib/protected-resource/authenticate-access-token.js';
export { userinfo } from './lib/userinfo/userinfo.js';
