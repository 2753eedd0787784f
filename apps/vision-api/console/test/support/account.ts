import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { answers } from './answers.js';

interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly playground: boolean;
}

type Answer =
  | { readonly status: number; readonly body?: object }
  | {
      readonly problem: Readonly<Record<string, unknown>> & { readonly status: number };
    };

const DAY_MS = 86_400_000;
const EVENTS_PER_PAGE = 50;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const OPERATIONS = ['faces:detect', 'labels:detect', 'text:detect', 'faces:compare'];

const NewKey = z.object({
  name: z.string().max(100),
  scopes: z.array(z.string()).min(1),
  mode: z.enum(['live', 'test']),
  expiresAt: z.iso.datetime().nullable().default(null),
});

const user = { id: '0190f1a0-0000-7000-8000-000000000001', email: 'ada@example.com' };

/** What one user has, in memory, and what the contract answers about it. */
export class Account {
  name: string | null = 'Ada Lovelace';
  keys: StoredKey[] = [];
  days: {
    readonly date: string;
    readonly keyId: string;
    readonly operation: string;
    readonly requests: number;
    readonly errors: number;
  }[] = [];
  events = 0;
  verification: 'verified' | 'broken' | 'pending' = 'verified';
  userId = user.id;

  /** A few keys, a month of use, and a trail of events. */
  fill(): void {
    const key = (
      name: string,
      changes: Partial<StoredKey> & { readonly mode?: 'live' | 'test' } = {},
    ): StoredKey => ({
      id: `nmk_${changes.mode ?? 'live'}_${randomBytes(9).toString('hex')}`,
      name,
      mode: 'live',
      scopes: OPERATIONS,
      createdAt: ago(40 * DAY_MS),
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: ago(3 * 60_000),
      playground: false,
      ...changes,
    });
    this.keys = [
      key('Night archive', {
        scopes: ['labels:detect'],
        lastUsedAt: null,
        createdAt: ago(60_000),
      }),
      key('Checkout service', { scopes: ['faces:detect', 'faces:compare'] }),
      key('Document reader', {
        scopes: ['text:detect'],
        expiresAt: new Date(Date.now() + 20 * DAY_MS).toISOString(),
        lastUsedAt: ago(2 * 3_600_000),
      }),
      key('Continuous integration', { mode: 'test', lastUsedAt: ago(5 * DAY_MS) }),
      key('Playground', { mode: 'test', playground: true }),
      key('Old importer', { revokedAt: ago(9 * DAY_MS), lastUsedAt: ago(9 * DAY_MS) }),
      key('Trade fair demo', { expiresAt: ago(2 * DAY_MS), lastUsedAt: ago(3 * DAY_MS) }),
    ];
    this.days = this.#month();
    this.events = 60;
  }

  clear(): void {
    this.keys = [];
    this.days = [];
    this.events = 0;
    this.verification = 'verified';
  }

  answer(call: string, query: URLSearchParams, body: string): Answer {
    switch (call) {
      case 'GET /session':
        return { status: 200, body: this.#session() };
      case 'GET /keys':
        return { status: 200, body: { keys: this.keys } };
      case 'POST /keys':
        return this.#create(body);
      case 'GET /usage':
        return { status: 200, body: this.#usage(query) };
      case 'GET /audit':
        return { status: 200, body: this.#audit(query) };
      case 'GET /audit/verification':
        return { status: 200, body: this.#verification() };
      case 'POST /sessions/end-all':
        return { status: 200, body: { redirectTo: '/dashboard/signed-out' } };
      default:
        return this.#other(call);
    }
  }

  #other(call: string): Answer {
    const operation = /^POST \/playground\/(.+)$/.exec(call)?.[1];
    if (operation !== undefined) return { status: 200, body: answers[operation] ?? {} };
    const id = /^DELETE \/keys\/(.+)$/.exec(call)?.[1];
    const key = this.keys.find((each) => each.id === id);
    if (key === undefined) {
      return { problem: { status: 404, code: 'key_not_found', title: 'No such key' } };
    }
    key.revokedAt ??= ago(0);
    return { status: 204 };
  }

  #session(): object {
    return {
      user: { ...user, id: this.userId, name: this.name },
      expiresAt: ago(-12 * 3_600_000),
      idleExpiresAt: ago(-3_600_000),
      sessions: 2,
      provider: { name: 'NamoID', issuer: 'http://localhost:4000/demo' },
      limits: {
        keyQuotaPerDay: 100_000,
        ratePerSecond: 20,
        rateBurst: 50,
        maxImageBytes: 5 * 1024 * 1024,
      },
    };
  }

  #create(body: string): Answer {
    const { name, scopes, mode, expiresAt } = NewKey.parse(JSON.parse(body));
    if (name === 'refused') {
      const errors = [{ path: 'name', message: 'This name is taken.' }];
      return { problem: { status: 400, code: 'invalid_request', title: 'Bad', errors } };
    }
    const key: StoredKey = {
      id: `nmk_${mode}_${randomBytes(9).toString('hex')}`,
      name,
      mode,
      scopes,
      createdAt: ago(0),
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
      playground: false,
    };
    this.keys.unshift(key);
    const secret = `${key.id}.${randomBytes(32).toString('base64url')}`;
    return { status: 201, body: { key, secret } };
  }

  #usage(query: URLSearchParams): object {
    const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
    const today = ago(0).slice(0, 10);
    const used = new Map<string, number>();
    for (const { date, keyId, requests } of this.days) {
      if (date === today) used.set(keyId, (used.get(keyId) ?? 0) + requests);
    }
    return {
      from,
      to,
      days: this.days.filter(({ date }) => date >= from && date <= to),
      today: {
        resetAt: `${ago(-DAY_MS).slice(0, 10)}T00:00:00.000Z`,
        keys: [...used].map(([keyId, count]) => ({ keyId, limit: 100_000, used: count })),
      },
    };
  }

  #audit(query: URLSearchParams): object {
    const newest = Number(query.get('before') ?? this.events + 1) - 1;
    const oldest = Math.max(1, newest - EVENTS_PER_PAGE + 1);
    const events = [];
    for (let seq = newest; seq >= oldest; seq -= 1) events.push(this.#event(seq));
    return { events, nextBefore: oldest > 1 ? oldest : null };
  }

  #event(seq: number): object {
    const kinds = [
      { action: 'session.started', details: { issuer: 'http://localhost:4000/demo' } },
      {
        action: 'api_key.created',
        details: { mode: 'live', scopes: ['faces:detect', 'text:detect'], expiresAt: null },
      },
      { action: 'session.ended', details: { reason: 'signed_out' } },
      { action: 'api_key.revoked', details: {} },
    ];
    const kind = kinds[seq % kinds.length];
    return {
      seq,
      eventId: `0190f1a0-0000-7000-8000-${String(seq).padStart(12, '0')}`,
      occurredAt: ago((this.events - seq) * 5_400_000),
      ...kind,
      actor: { type: 'user', id: user.id },
      target: kind?.action.startsWith('api_key')
        ? { type: 'api_key', id: this.keys[seq % this.keys.length]?.id ?? 'gone' }
        : { type: 'session', id: `0190f1a0-2222-7000-8000-${String(seq).padStart(12, '0')}` },
      requestId: '0190f1a0-1111-7000-8000-000000000001',
      ip: '127.0.0.1',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0',
    };
  }

  #verification(): object {
    return {
      status: this.verification,
      events: this.events,
      firstBad: this.verification === 'broken' ? 17 : null,
      checkedAt: ago(0),
    };
  }

  /** The same in every run, with weekends that are quieter. */
  #month(): Account['days'] {
    const busy = this.keys.filter(
      ({ playground, lastUsedAt }) => !playground && lastUsedAt !== null,
    );
    const days: Account['days'] = [];
    for (let back = 0; back < 30; back += 1) {
      const day = new Date(Date.now() - back * DAY_MS);
      const weekend = [0, 6].includes(day.getUTCDay()) ? 0.4 : 1;
      busy.slice(0, 3).forEach(({ id, scopes }, index) => {
        for (const operation of scopes) {
          const wave = 1 + Math.sin(back / 3 + index + operation.length);
          const requests = Math.round(wave * weekend * 3_000 * (4 - index)) + 40;
          const errors = back === 4 ? Math.round(requests / 12) : Math.round(requests / 900);
          days.push({
            date: day.toISOString().slice(0, 10),
            keyId: id,
            operation,
            requests,
            errors,
          });
        }
      });
    }
    return days;
  }
}
