/**
 * The endpoints, each with its path below the issuer, the methods it answers, and the rules that
 * run there, in their order. What an endpoint runs is what stands here: handlers read this table.
 */
export const endpoints = {
  authorization: { path: '/authorize', methods: ['GET', 'POST'], rules: {} },
  pushedAuthorization: { path: '/par', methods: ['POST'], rules: {} },
  token: { path: '/token', methods: ['POST'], rules: {} },
  userinfo: { path: '/userinfo', methods: ['GET', 'POST'], rules: {} },
  introspection: { path: '/introspect', methods: ['POST'], rules: {} },
  revocation: { path: '/revoke', methods: ['POST'], rules: {} },
  deviceAuthorization: { path: '/device_authorization', methods: ['POST'], rules: {} },
  endSession: { path: '/logout', methods: ['GET', 'POST'], rules: {} },
  jwks: { path: '/jwks', methods: ['GET'], rules: {} },
  discovery: { path: '/.well-known/openid-configuration', methods: ['GET'], rules: {} },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

export interface Endpoint {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** By the name under which the README lists them. */
  readonly rules: Readonly<Record<string, unknown>>;
}

/** Where an endpoint is found: absolute, from the configured issuer. */
export function endpointUrl(issuer: string, name: EndpointName): string {
  return `${issuer}${endpoints[name].path}`;
}
