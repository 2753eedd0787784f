import { type Case } from './case.js';
import { credentialsOf, encode, FORM, type Parameter, post, redemptionOf } from './flows.js';
import { type Side } from './side.js';
import { type WireRequest } from './wire.js';

const ENDPOINTS = [
  '/authorize',
  '/par',
  '/token',
  '/introspect',
  '/revoke',
  '/device_authorization',
  '/userinfo',
  '/logout',
  '/jwks',
  '/.well-known/openid-configuration',
] as const;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

const TYPES: readonly (readonly [name: string, type: string | undefined, body: string])[] = [
  ['JSON', 'application/json', '{"grant_type":"client_credentials"}'],
  ['plain text', 'text/plain', 'grant_type=client_credentials'],
  ['multipart', 'multipart/form-data; boundary=x', '--x--'],
  ['no content type', undefined, 'grant_type=client_credentials'],
  ['nothing', FORM, ''],
  ['a body of 70,000 bytes', FORM, `token=${'x'.repeat(70_000)}`],
  ['a thousand parameters', FORM, Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join('&')],
  ['bytes beyond ASCII', FORM, 'token=\xff\xfe'],
];

const FORMS = ['/par', '/token', '/introspect', '/revoke', '/device_authorization'] as const;

/** Methods, paths, content types and sizes, whatever is asked. */
export const CASES_OF_HTTP: readonly Case[] = [
  ...ENDPOINTS.flatMap((path) =>
    METHODS.map((method): Case => ({
      name: `${path}, HTTP: ${method} without anything`,
      request: () => ({ method, path, headers: { accept: acceptedBy(path) } }),
    })),
  ),
  ...['/nothing', '/TOKEN', '/token/', '/token/x', '//token', '/jwks.json'].map(
    (path): Case => ({
      name: `${path}, HTTP: a path that nothing is at`,
      request: () => post(path, ''),
    }),
  ),
  ...FORMS.flatMap((path) =>
    TYPES.map(([name, type, body]): Case => ({
      name: `${path}, HTTP: ${name}`,
      async request(side: Side): Promise<WireRequest> {
        const { headers } = await credentialsOf(side, 'basic');
        return {
          method: 'POST',
          path,
          headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
          body,
        };
      },
    })),
  ),
  ...FORMS.map((path): Case => ({
    name: `${path}, HTTP: credentials in the query`,
    request(side: Side): WireRequest {
      const query: Parameter[] = [
        ['client_id', side.clientId('post')],
        ['client_secret', side.clientSecret('post')],
      ];
      return post(`${path}?${encode(query)}`, 'token=a&grant_type=client_credentials');
    },
  })),
  {
    name: '/token, HTTP: everything in the query',
    async request(side: Side): Promise<WireRequest> {
      const { headers } = await credentialsOf(side, 'basic');
      return post(`/token?${encode(await redemptionOf(side, 'basic'))}`, '', headers);
    },
  },
  {
    name: '/token, HTTP: a charset beside the content type',
    async request(side: Side): Promise<WireRequest> {
      const { headers } = await credentialsOf(side, 'basic');
      const body = encode(await redemptionOf(side, 'basic'));
      return post('/token', body, { ...headers, 'content-type': `${FORM}; charset=utf-8` });
    },
  },
  {
    name: '/token, HTTP: the content type in another letter case',
    async request(side: Side): Promise<WireRequest> {
      const { headers } = await credentialsOf(side, 'basic');
      const body = encode(await redemptionOf(side, 'basic'));
      return post('/token', body, { ...headers, 'content-type': FORM.toUpperCase() });
    },
  },
];

/** Browsers are sent to two of the endpoints, programs to the others. */
function acceptedBy(path: string): string {
  return path === '/authorize' || path === '/logout' ? 'text/html' : 'application/json';
}
