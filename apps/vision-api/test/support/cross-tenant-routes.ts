import { type ApiKeyId } from '@nomo/security-core';
import { forgeKey } from './keys.js';
import { photo } from './photos.js';

/** A customer's key, as its owner knows it. */
export interface Holder {
  readonly userId: string;
  readonly id: ApiKeyId;
  readonly key: string;
}

/** Where in a request an identifier may stand, and what of. */
export type Slot = 'x-api-key' | 'query.keyId' | 'query.userId' | 'body.keyId' | 'body.userId';

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

/**
 * Every route of the OpenAPI document, by its method and path as the document has them. A
 * route with identifiers of its own (a path parameter, a field of a body) gets slots for them.
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
};

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
