/**
 * The endpoints, each with its path below the issuer and the methods it answers. Which rules run
 * where stands in `endpoint-rules.ts`.
 */
export const endpoints = {
  authorization: { path: '/authorize', methods: ['GET', 'POST'] },
  pushedAuthorization: { path: '/par', methods: ['POST'] },
  token: { path: '/token', methods: ['POST'] },
  userinfo: { path: '/userinfo', methods: ['GET', 'POST'] },
  introspection: { path: '/introspect', methods: ['POST'] },
  revocation: { path: '/revoke', methods: ['POST'] },
  deviceAuthorization: { path: '/device_authorization', methods: ['POST'] },
  endSession: { path: '/logout', methods: ['GET', 'POST'] },
  jwks: { path: '/jwks', methods: ['GET'] },
  discovery: { path: '/.well-known/openid-configuration', methods: ['GET'] },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

export interface Endpoint {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
}

/** Where an endpoint is found: absolute, from the configured issuer. */
export function endpointUrl(issuer: string, name: EndpointName): string {
  return `${issuer}${endpoints[name].path}`;
}
