import { type ApiKeyId } from '@nomo/security-core';
import { forgeKey } from './keys.js';
import { photo } from './photos.js';

/** A customer's key, as its owner knows it, and what else they come with. */
export interface Holder {
  readonly userId: string;
  readonly id: ApiKeyId;
  readonly key: string;
  /** An access token with all scopes. */
  readonly token: string;
  /** What the browser sends that is signed in to the console: its cookie, and its page's proof. */
  readonly session: Readonly<Record<string, string>>;
}

/** Where in a request an identifier may stand, and what of. */
export type Slot =
  'x-api-key' | 'path.id' | 'query.keyId' | 'query.userId' | 'body.keyId' | 'body.userId';

/** What stands in some of a request's slots; the others hold the caller's own, or nothing. */
export type Filled = Readonly<Partial<Record<Slot, string>>>;

/** How a route is called, and where an identifier could be smuggled in. */
export interface WalkedRoute {
  readonly slots: readonly Slot[];
  request(caller: Holder, filled: Filled): { path: string; init: RequestInit };
}

function imageRoute(path: string, images: readonly string[]): WalkedRoute {
  return {
    slots: ['x-api-key', 'body.keyId', 'body.userId', 'query.keyId', 'query.userId'],
    request: (caller, filled) => ({
      path: `${path}${queryOf(filled)}`,
      init: {
        method: 'POST',
        headers: {
          'x-api-key': filled['x-api-key'] ?? caller.key,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          ...Object.fromEntries(images.map((name) => [name, photo(1).toString('base64')])),
          ...fieldsOf(filled, 'body.'),
        }),
      },
    }),
  };
}

/** How a caller of a customer's own things shows who they are. */
type Credentials = (caller: Holder) => Readonly<Record<string, string>>;

const byToken: Credentials = ({ token }) => ({ authorization: `Bearer ${token}` });
const bySession: Credentials = ({ session }) => session;

function plainRoute(
  method: string,
  path: string,
  credentials: Credentials,
  slots: readonly Slot[] = [],
): WalkedRoute {
  return {
    slots,
    request: (caller, filled) => ({
      path: `${path}${queryOf(filled)}`,
      init: { method, headers: credentials(caller) },
    }),
  };
}

/** The routes for a customer's own keys. */
function keyRoutes(path: string, credentials: Credentials): Record<string, WalkedRoute> {
  return {
    [`GET ${path}`]: plainRoute('GET', path, credentials),
    [`POST ${path}`]: {
      slots: ['body.keyId', 'body.userId'],
      request: (caller, filled) => ({
        path,
        init: {
          method: 'POST',
          headers: { ...credentials(caller), 'content-type': 'application/json' },
          body: JSON.stringify({
            name: 'ci',
            scopes: ['text:detect'],
            ...fieldsOf(filled, 'body.'),
          }),
        },
      }),
    },
    [`DELETE ${path}/{id}`]: {
      slots: ['path.id'],
      request: (caller, filled) => ({
        path: `${path}/${filled['path.id'] ?? caller.id}`,
        init: { method: 'DELETE', headers: credentials(caller) },
      }),
    },
  };
}

function playgroundRoute(path: string, images: readonly string[]): WalkedRoute {
  const route = imageRoute(path, images);
  return {
    // The header with a key is nothing to it.
    slots: route.slots.filter((slot) => slot !== 'x-api-key'),
    request(caller, filled) {
      const { path: filledPath, init } = route.request(caller, filled);
      const headers = { ...bySession(caller), 'content-type': 'application/json' };
      return { path: filledPath, init: { ...init, headers } };
    },
  };
}

const CONSOLE = '/dashboard/api';

/**
 * Every route that is for a customer, by its method and path, and where that takes several sorts
 * of callers by which. A route with identifiers of its own (a path parameter, a field of a body)
 * gets slots for them.
 */
export const ROUTES: Readonly<Record<string, WalkedRoute>> = {
  'POST /v1/faces/detect': imageRoute('/v1/faces/detect', ['image']),
  'POST /v1/faces/compare': imageRoute('/v1/faces/compare', ['source', 'target']),
  'POST /v1/labels/detect': imageRoute('/v1/labels/detect', ['image']),
  'POST /v1/text/detect': imageRoute('/v1/text/detect', ['image']),
  'GET /v1/usage': {
    slots: ['x-api-key', 'query.keyId', 'query.userId'],
    request: (caller, filled) => ({
      path: `/v1/usage${queryOf(filled)}`,
      init: { headers: { 'x-api-key': filled['x-api-key'] ?? caller.key } },
    }),
  },
  'GET /v1/usage by token': plainRoute('GET', '/v1/usage', byToken, [
    'query.keyId',
    'query.userId',
  ]),
  ...keyRoutes('/v1/keys', byToken),
  ...keyRoutes(`${CONSOLE}/keys`, bySession),
  [`GET ${CONSOLE}/usage`]: plainRoute('GET', `${CONSOLE}/usage`, bySession, [
    'query.keyId',
    'query.userId',
  ]),
  [`GET ${CONSOLE}/audit`]: plainRoute('GET', `${CONSOLE}/audit`, bySession, [
    'query.keyId',
    'query.userId',
  ]),
  // They take nothing that could name anybody.
  [`GET ${CONSOLE}/audit/verification`]: plainRoute(
    'GET',
    `${CONSOLE}/audit/verification`,
    bySession,
  ),
  [`GET ${CONSOLE}/session`]: plainRoute('GET', `${CONSOLE}/session`, bySession),
  [`POST ${CONSOLE}/sessions/end-all`]: plainRoute(
    'POST',
    `${CONSOLE}/sessions/end-all`,
    bySession,
  ),
  ...Object.fromEntries(
    ['faces/detect', 'faces/compare', 'labels/detect', 'text/detect'].map((operation) => [
      `POST ${CONSOLE}/playground/${operation}`,
      playgroundRoute(
        `${CONSOLE}/playground/${operation}`,
        operation === 'faces/compare' ? ['source', 'target'] : ['image'],
      ),
    ]),
  ),
};

/** Routes that are for nobody in particular: pages, and the ways in and out. */
export const PUBLIC_ROUTES = [
  'GET /dashboard',
  'GET /dashboard/*path',
  'GET /dashboard/sign-in',
  'GET /dashboard/callback',
  'POST /dashboard/sign-out',
  'POST /dashboard/backchannel-logout',
];

/** What an intruder may put into a slot, and what it has to be told apart from by nothing. */
export interface Intrusion {
  readonly name: string;
  readonly value: string;
  /** The same, of something that never was. */
  readonly absent: string;
}

/** All that `intruder` may try in a slot to get at what is `victim`'s. */
export function intrusions(
  slot: Slot,
  intruder: Holder,
  victim: Holder,
  nobody: Holder,
): Intrusion[] {
  if (slot.endsWith('.userId')) {
    return [
      { name: 'another’s', value: victim.userId, absent: nobody.userId },
      {
        name: 'another’s, in capitals',
        value: victim.userId.toUpperCase(),
        absent: nobody.userId.toUpperCase(),
      },
      { name: 'a guessed', value: neighbour(victim.userId), absent: nobody.userId },
    ];
  }
  const ids = [
    { name: 'another’s', value: victim.id, absent: nobody.id },
    {
      name: 'another’s, in other letter case',
      value: otherCase(victim.id),
      absent: otherCase(nobody.id),
    },
    { name: 'a guessed', value: neighbour(victim.id), absent: nobody.id },
  ];
  if (slot !== 'x-api-key') return ids;
  // A key id says nothing without a secret: it comes with the intruder's own.
  return ids.map(({ name, value, absent }) => ({
    name,
    value: forgeKey(value, intruder.key),
    absent: forgeKey(absent, intruder.key),
  }));
}

function otherCase(id: string): string {
  return id.replaceAll(/(?<=_)[0-9A-Za-z]{22}$/gu, (random) =>
    random.replaceAll(/[A-Za-z]/gu, (letter) =>
      letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
    ),
  );
}

/** What follows an id, for whoever hopes that ids are counted. */
function neighbour(id: string): string {
  const last = id.at(-1) ?? '';
  return `${id.slice(0, -1)}${last === '1' ? '2' : '1'}`;
}

function queryOf(filled: Filled): string {
  const query = new URLSearchParams(fieldsOf(filled, 'query.')).toString();
  return query === '' ? '' : `?${query}`;
}

function fieldsOf(filled: Filled, place: 'query.' | 'body.'): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filled)
      .filter(([slot]) => slot.startsWith(place))
      .map(([slot, value]) => [slot.slice(place.length), value]),
  );
}
