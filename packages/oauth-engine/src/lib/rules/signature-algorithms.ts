/**
 * RFC 8725 §3.1: the algorithms with which applications sign assertions (RFC 7523) and DPoP
 * proofs (RFC 9449). Asymmetric alone: with a MAC algorithm a public key would pass for a secret,
 * and `none` is no signature. `EdDSA` and `Ed25519` (RFC 9864) are two names of one.
 */
export const signatureAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const;
