import { type ApiResponseOptions } from '@nestjs/swagger';

type Schema = Extract<ApiResponseOptions, { readonly schema: unknown }>['schema'];
type Properties = Readonly<Record<string, Schema>>;

/** What is sent to an endpoint and what it answers, for the OpenAPI document. The engine decides both. */
export interface OAuthDocument {
  readonly parameters: Readonly<Record<string, string>>;
  /** Those without which every request is refused. */
  readonly required: readonly string[];
  /** They are taken from a form alone, although there is a GET, too. */
  readonly inFormAlone?: boolean;
  readonly answer?: Schema;
}

const text = (description: string): Schema => ({ type: 'string', description });
const seconds = (description: string): Schema => ({ type: 'integer', description });
const object = (properties: Properties, required: readonly string[]): Schema => ({
  type: 'object',
  properties: { ...properties },
  required: [...required],
});

/** RFC 6749, section 5.2. */
export const OAUTH_ERROR = object(
  {
    error: text('What is wrong, as the RFCs name it: `invalid_request`, `invalid_grant` …'),
    error_description: text('The same for whoever writes the client.'),
  },
  ['error'],
);

const SCOPE = 'Scopes, with a space between each two (RFC 6749, section 3.3).';
const RESOURCE = 'For which API: its identifier. May be repeated (RFC 8707).';

/** RFC 6749, section 2.3, and RFC 7523. Basic credentials stand in the header instead. */
const CLIENT = {
  client_id: 'Which application: where it does not authenticate, or by client_secret_post.',
  client_secret: 'Its secret: by client_secret_post alone.',
  client_assertion: 'A JWT that it has signed: by private_key_jwt alone.',
  client_assertion_type: '`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.',
};

/** RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core, section 3.1.2.1. */
const AUTHORIZATION = {
  client_id: 'Which application.',
  response_type: '`code`.',
  redirect_uri: 'Where the browser is sent back to: one that is registered, exactly.',
  scope: SCOPE,
  state: 'Comes back with the answer.',
  code_challenge: 'The S256 challenge of PKCE.',
  code_challenge_method: '`S256`.',
  nonce: 'Comes back in the ID token.',
  response_mode: '`query` (unless given) or `form_post`.',
  prompt: '`none`, or any of `login`, `consent` and `select_account`.',
  max_age: 'How long ago the user may have signed in, in seconds.',
  login_hint: 'The e-mail address that is offered.',
  id_token_hint: 'An ID token of the user who is expected.',
  acr_values: 'Authentication contexts, the best one first.',
  claims: 'Claims that are asked for by name, in JSON (OpenID Connect Core, section 5.5).',
  display: 'How the pages are shown.',
  ui_locales: 'In which languages.',
  resource: RESOURCE,
  dpop_jkt: 'The thumbprint of the key that redeems the code (RFC 9449, section 10).',
};

const TOKEN = {
  token: 'The token.',
  token_type_hint: '`access_token` or `refresh_token`. It is found without.',
};

/** A document whose members its RFC names, and more. */
export const METADATA: Schema = { type: 'object', additionalProperties: true };

/** By endpoint, as the engine calls them. */
export const OAUTH_DOCUMENTS = {
  authorization: {
    parameters: {
      ...AUTHORIZATION,
      request_uri: 'What a pushed request was answered with, instead of all but `client_id`.',
    },
    required: ['client_id'],
  },
  pushedAuthorization: {
    parameters: { ...AUTHORIZATION, ...CLIENT },
    required: ['response_type', 'redirect_uri', 'code_challenge', 'code_challenge_method'],
    answer: object(
      { request_uri: text('For the authorization endpoint, once.'), expires_in: seconds('') },
      ['request_uri', 'expires_in'],
    ),
  },
  token: {
    parameters: {
      grant_type:
        '`authorization_code`, `refresh_token`, `client_credentials` or `urn:ietf:params:oauth:grant-type:device_code`.',
      ...CLIENT,
      code: 'Of authorization_code.',
      redirect_uri: 'Of authorization_code: as it was in the authorization request.',
      code_verifier: 'Of authorization_code: what the challenge was made from (RFC 7636).',
      refresh_token: 'Of refresh_token: the last one. It is worth nothing afterwards.',
      device_code: 'Of the device grant.',
      scope: `Of refresh_token and client_credentials: less than might be had. ${SCOPE}`,
      resource: RESOURCE,
    },
    required: ['grant_type'],
    answer: object(
      {
        access_token: text('A JWT (RFC 9068).'),
        token_type: text('`Bearer`, or `DPoP` where it is bound to a key.'),
        expires_in: seconds('How long it is good for, in seconds.'),
        scope: text('What it is good for.'),
        refresh_token: text('Where a user has granted offline_access.'),
        id_token: text('Where a user has granted openid.'),
      },
      ['access_token', 'token_type', 'expires_in'],
    ),
  },
  userinfo: {
    parameters: { access_token: 'The access token, where it is not in the header.' },
    required: [],
    inFormAlone: true,
    answer: {
      ...object({ sub: text('The id of the user.') }, ['sub']),
      additionalProperties: true,
      description:
        'Claims that the scopes of the token stand for, and those asked for by name.',
    },
  },
  introspection: {
    parameters: { ...TOKEN, ...CLIENT },
    required: ['token'],
    answer: {
      ...object({ active: { type: 'boolean' } }, ['active']),
      additionalProperties: true,
      description: 'What the token says, where it is active (RFC 7662, section 2.2).',
    },
  },
  revocation: { parameters: { ...TOKEN, ...CLIENT }, required: ['token'] },
  deviceAuthorization: {
    parameters: { ...CLIENT, scope: SCOPE, resource: RESOURCE },
    required: [],
    answer: object(
      {
        device_code: text('For the token endpoint.'),
        user_code: text('For the user.'),
        verification_uri: text('Where the user types it.'),
        verification_uri_complete: text('The same with the code in it.'),
        expires_in: seconds('How long both are good for, in seconds.'),
        interval: seconds('How long to wait between two questions, in seconds.'),
      },
      ['device_code', 'user_code', 'verification_uri', 'expires_in'],
    ),
  },
  endSession: {
    parameters: {
      id_token_hint: 'An ID token of the session that ends. Without one the user is asked.',
      client_id: 'Which application.',
      post_logout_redirect_uri: 'Where the browser is sent back to: one that is registered.',
      state: 'Comes back with it.',
    },
    required: [],
  },
} as const satisfies Readonly<Record<string, OAuthDocument>>;
