import { type ApplicationName, API, isPublic, SIGNED_OUT } from './applications.js';
import { type Case } from './case.js';
import { ALL_DAMAGES, BASIC_DAMAGES, type Damage, type Pair } from './damage.js';
import {
  authorizationParameters,
  credentialsOf,
  DEVICE_GRANT,
  deviceCodeFor,
  encode,
  idTokenFor,
  type Parameter,
  post,
  redemptionOf,
  tokensFor,
  visit,
} from './flows.js';
import { type Side } from './side.js';
import { type WireRequest } from './wire.js';

/** A request that both servers grant, and what every damage to it is tried on. */
interface Template {
  readonly name: string;
  /** In which order the parameters come; the names are what the cases are made of. */
  readonly names: readonly string[];
  readonly damages: readonly Damage[];
  parameters(side: Side): readonly Parameter[] | Promise<readonly Parameter[]>;
  request(side: Side, form: string): WireRequest | Promise<WireRequest>;
}

const AUTHORIZATION = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
] as const;

/** Parameters that an authorization request may have besides. */
const OPTIONAL: readonly Parameter[] = [
  ['response_mode', 'query'],
  ['prompt', 'none'],
  ['max_age', '3600'],
  ['display', 'page'],
  ['ui_locales', 'en'],
  ['login_hint', 'user@example.com'],
  ['acr_values', 'urn:example:gold'],
  ['claims', '{"id_token":{"email":null}}'],
  ['resource', API],
];

function authorization(
  name: string,
  damages: readonly Damage[],
  request: (side: Side, form: string) => WireRequest,
): Template[] {
  return [
    {
      name,
      names: AUTHORIZATION,
      damages,
      parameters: (side) => authorizationParameters(side, 'basic'),
      request,
    },
    ...OPTIONAL.map((optional): Template => ({
      name,
      names: [optional[0]],
      damages,
      parameters: (side) => [optional, ...authorizationParameters(side, 'basic')],
      request,
    })),
  ];
}

const CREDENTIALS: Readonly<Partial<Record<ApplicationName, readonly string[]>>> = {
  post: ['client_id', 'client_secret'],
  signed: ['client_assertion_type', 'client_assertion'],
  spa: ['client_id'],
  native: ['client_id'],
};

/** A form that an application sends in its own name. */
function form(
  place: string,
  path: string,
  application: ApplicationName,
  damages: readonly Damage[],
  names: readonly string[],
  parameters: (side: Side) => readonly Parameter[] | Promise<readonly Parameter[]>,
): Template {
  return {
    name: `${place} by ${application}`,
    names: [...(CREDENTIALS[application] ?? []), ...names],
    damages,
    async parameters(side) {
      const credentials = await credentialsOf(side, application);
      return [...credentials.parameters, ...(await parameters(side))];
    },
    async request(side, body) {
      const { headers } = await credentialsOf(side, application);
      return post(path, body, headers);
    },
  };
}

const redemption = (application: ApplicationName, damages: readonly Damage[]): Template =>
  form(
    'token, authorization_code',
    '/token',
    application,
    damages,
    ['grant_type', 'code', 'redirect_uri', 'code_verifier'],
    (side) => redemptionOf(side, application),
  );

const refresh = (application: ApplicationName, damages: readonly Damage[]): Template =>
  form(
    'token, refresh_token',
    '/token',
    application,
    damages,
    ['grant_type', 'refresh_token', 'scope'],
    async (side) => [
      ['grant_type', 'refresh_token'],
      ['refresh_token', (await tokensFor(side, application)).refreshToken],
      ['scope', 'openid profile'],
    ],
  );

const clientCredentials = (
  application: ApplicationName,
  damages: readonly Damage[],
): Template =>
  form(
    'token, client_credentials',
    '/token',
    application,
    damages,
    ['grant_type', 'scope', 'resource'],
    () => [
      ['grant_type', 'client_credentials'],
      ['scope', 'read'],
      ['resource', API],
    ],
  );

const device = (application: ApplicationName, damages: readonly Damage[]): Template =>
  form(
    'token, device_code',
    '/token',
    application,
    damages,
    ['grant_type', 'device_code'],
    async (side) => [
      ['grant_type', DEVICE_GRANT],
      ['device_code', await deviceCodeFor(side, application)],
    ],
  );

const deviceAuthorization = (
  application: ApplicationName,
  damages: readonly Damage[],
): Template =>
  form('device authorization', '/device_authorization', application, damages, ['scope'], () => [
    ['scope', 'openid offline_access'],
  ]);

const aboutToken = (
  place: 'introspection' | 'revocation',
  path: string,
  application: ApplicationName,
  damages: readonly Damage[],
): Template =>
  form(place, path, application, damages, ['token', 'token_type_hint'], async (side) => [
    ['token', (await tokensFor(side, application)).refreshToken],
    ['token_type_hint', 'refresh_token'],
  ]);

const pushed = (application: ApplicationName, damages: readonly Damage[]): Template =>
  form('PAR', '/par', application, damages, AUTHORIZATION.slice(2), (side) =>
    authorizationParameters(side, application).filter(
      ([name]) => name !== 'client_id' || !isPublic(application),
    ),
  );

const LOGOUT = [
  'id_token_hint',
  'post_logout_redirect_uri',
  'state',
  'client_id',
  'ui_locales',
];

function logout(name: string, damages: readonly Damage[], method: 'GET' | 'POST'): Template {
  return {
    name,
    names: LOGOUT,
    damages,
    parameters: async (side) => [
      ['id_token_hint', await idTokenFor(side, 'basic')],
      ['post_logout_redirect_uri', SIGNED_OUT],
      ['state', 'state-1'],
      ['client_id', side.clientId('basic')],
      ['ui_locales', 'en'],
    ],
    request: (_side, text) =>
      method === 'GET'
        ? { method, path: `/logout?${text}`, headers: { accept: 'text/html' } }
        : post('/logout', text, { accept: 'text/html' }),
  };
}

const TEMPLATES: readonly Template[] = [
  ...authorization('authorization, GET', ALL_DAMAGES, (side, text) => visit(side, text)),
  ...authorization('authorization, POST', BASIC_DAMAGES, (side, text) =>
    post('/authorize', text, { accept: 'text/html', cookie: side.cookie }),
  ),
  pushed('basic', ALL_DAMAGES),
  pushed('signed', BASIC_DAMAGES),
  pushed('spa', BASIC_DAMAGES),
  redemption('basic', ALL_DAMAGES),
  redemption('post', ALL_DAMAGES),
  redemption('signed', ALL_DAMAGES),
  redemption('spa', BASIC_DAMAGES),
  redemption('native', BASIC_DAMAGES),
  refresh('basic', ALL_DAMAGES),
  refresh('post', BASIC_DAMAGES),
  refresh('signed', BASIC_DAMAGES),
  refresh('spa', BASIC_DAMAGES),
  clientCredentials('machine', ALL_DAMAGES),
  clientCredentials('post', BASIC_DAMAGES),
  clientCredentials('signed', BASIC_DAMAGES),
  device('native', ALL_DAMAGES),
  device('basic', BASIC_DAMAGES),
  device('signed', BASIC_DAMAGES),
  deviceAuthorization('native', ALL_DAMAGES),
  deviceAuthorization('basic', BASIC_DAMAGES),
  aboutToken('introspection', '/introspect', 'basic', ALL_DAMAGES),
  aboutToken('introspection', '/introspect', 'post', BASIC_DAMAGES),
  aboutToken('introspection', '/introspect', 'signed', BASIC_DAMAGES),
  aboutToken('revocation', '/revoke', 'basic', ALL_DAMAGES),
  aboutToken('revocation', '/revoke', 'spa', BASIC_DAMAGES),
  logout('logout, GET', ALL_DAMAGES, 'GET'),
  logout('logout, POST', BASIC_DAMAGES, 'POST'),
];

/** Every template as it is, and with every damage to every parameter. */
export const MATRIX: readonly Case[] = [...asTheyAre(), ...TEMPLATES.flatMap(damaged)];

function asTheyAre(): Case[] {
  return TEMPLATES.map((template) => ({
    name: `${template.name}: granted${template.names.length === 1 ? ` with ${template.names[0] ?? ''}` : ''}`,
    request: async (side: Side) =>
      template.request(side, encode(await template.parameters(side))),
  }));
}

function damaged(template: Template): Case[] {
  return template.names.flatMap((name) =>
    template.damages.map((damage): Case => ({
      name: `${template.name}: ${name} ${damage.name}`,
      async request(side) {
        const pairs: readonly Pair[] = (await template.parameters(side)).map((parameter) =>
          encode([parameter]),
        );
        const index = pairs.findIndex((pair) => pair.startsWith(`${name}=`));
        return template.request(side, damage.damage(pairs, index).join('&'));
      },
    })),
  );
}
