import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Signer } from '@nomo/oauth-engine';
import { InauthenticBox } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { createLocalJWKSet, jwtVerify } from 'jose';
import pg from 'pg';
import { OPERATOR } from '../src/audit/origin.js';
import { type Realm } from '../src/realms/realm.js';
import { KeyRotation, PUBLISHED_FOR_MS } from '../src/signing-keys/key-rotation.js';
import { KeySchedule } from '../src/signing-keys/key-schedule.module.js';
import {
  KEYS_KEPT_MS,
  signingKeyContext,
  SigningKeysService,
} from '../src/signing-keys/signing-keys.service.js';
import { createWorker, type Running } from '@nomo/service-kit';
import { identityWorker } from '../src/definition.js';
import { apiOf } from './support/api.js';
import { startStack, type Stack } from './support/stack.js';

describe('the signing keys', () => {
  let stack: Stack;
  let owner: pg.Client;
  let worker: Running;

  beforeAll(async () => {
    stack = await startStack();
    worker = await createWorker(identityWorker, {
      environment: stack.environment,
      logDestination: { write: () => undefined },
    });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await worker.close();
    await stack.stop();
  });

  /** Makes everything about the keys of a realm older. */
  const age = async (realm: Realm, days: number): Promise<void> => {
    const by = `make_interval(days => ${days})`;
    await owner.query(
      `UPDATE signing_keys SET created_at = created_at - ${by},
         activated_at = activated_at - ${by}, retiring_at = retiring_at - ${by}
       WHERE org_id = $1 AND mode = $2`,
      [realm.orgId, realm.mode],
    );
    stack.get(SigningKeysService).forget(realm);
  };

  const statuses = async (realm: Realm): Promise<Record<string, number>> => {
    const { rows } = await owner.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM signing_keys
       WHERE org_id = $1 AND mode = $2 GROUP BY status`,
      [realm.orgId, realm.mode],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  };

  const sign = async (
    realm: Realm,
    ...of: Parameters<Signer['sign']>
  ): ReturnType<Signer['sign']> =>
    (await stack.get(SigningKeysService).signerOf(realm)).sign(...of);

  const jwksOf = async (realm: Realm): ReturnType<Signer['jwks']> =>
    (await stack.get(SigningKeysService).signerOf(realm)).jwks();

  const etagOf = async ({ issuer }: Realm): Promise<string | null> =>
    (await fetch(`${issuer}/jwks`)).headers.get('etag');

  it('are two for each side of an organization, of 2048 bits, and no two alike', async () => {
    const realm = await stack.createOrganization('fresh');
    const test = await stack.realm('fresh-test');
    const sets = [await jwksOf(realm), await jwksOf(test)];
    const kids = sets.flatMap(({ keys }) => keys.map(({ kid }) => kid));
    expect(new Set(kids).size).toBe(4);
    for (const { keys } of sets) {
      for (const key of keys) {
        expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
        expect(Buffer.from(key.n ?? '', 'base64url')).toHaveLength(256);
      }
    }
    expect(await statuses(realm)).toEqual({ active: 1, next: 1 });
  });

  it('lie sealed, each for its own organization, mode and kid', async () => {
    const realm = await stack.createOrganization('sealed');
    const { rows } = await owner.query<{ kid: string; box: Uint8Array }>(
      'SELECT kid, private_box AS box FROM signing_keys WHERE org_id = $1 AND mode = $2',
      [realm.orgId, 'live'],
    );
    const [one, other] = rows;
    if (one === undefined || other === undefined) throw new Error('there are two keys');
    const boxes = stack.get(SecretBox);
    expect(boxes.open(one.box, signingKeyContext(realm, one.kid)).length).toBeGreaterThan(
      1_000,
    );
    for (const context of [
      signingKeyContext(realm, other.kid),
      signingKeyContext({ ...realm, mode: 'test' }, one.kid),
      signingKeyContext({ ...realm, orgId: '018f0000-0000-7000-8000-000000000001' }, one.kid),
    ]) {
      expect(() => boxes.open(one.box, context)).toThrow(InauthenticBox);
    }
  });

  it('that do not open sign nothing, and are published all the same', async () => {
    const realm = await stack.createOrganization('locked-out');
    const service = stack.get(SigningKeysService);
    const before = await jwksOf(realm);
    const token = await sign(realm, { typ: 'JWT' }, {});
    await owner.query(
      'UPDATE signing_keys SET private_box = set_byte(private_box, 40, get_byte(private_box, 40) # 1) WHERE org_id = $1 AND mode = $2',
      [realm.orgId, realm.mode],
    );
    service.forget(realm);
    expect(await jwksOf(realm)).toEqual(before);
    await expect(jwtVerify(token, createLocalJWKSet(before))).resolves.toBeDefined();
    const kid = before.keys[0]?.kid ?? '';
    expect(await service.verificationKey(realm, kid)).toBeDefined();
    await expect(sign(realm, { typ: 'JWT' }, {})).rejects.toThrow('signing key');
  });

  it('move on by hand: what was signed before and after checks against what was published before', async () => {
    const realm = await stack.createOrganization('turning');
    const published = createLocalJWKSet(await jwksOf(realm));
    const before = await sign(realm, { typ: 'JWT' }, { sub: 'x' });
    await age(realm, 1);
    const etag = await etagOf(realm);

    const rotated = await apiOf(stack, realm)('POST', 'signing-keys/rotate', { body: {} });
    expect(rotated.status).toBe(200);
    const after = await sign(realm, { typ: 'JWT' }, { sub: 'x' });
    for (const token of [before, after]) {
      expect((await jwtVerify(token, published)).payload.sub).toBe('x');
    }
    expect(JSON.parse(Buffer.from(after.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: rotated.body['activeKid'],
    });
    expect(await statuses(realm)).toEqual({ retiring: 1, active: 1, next: 1 });
    expect(etag).toMatch(/^"[\w-]{43}"$/u);
    expect(await etagOf(realm)).not.toBe(etag);
    const listed = await apiOf(stack, realm)('GET', 'signing-keys');
    expect(listed.body['items']).toHaveLength(3);
    const { body } = await apiOf(stack, realm)('GET', 'security-events');
    expect(body['items']).toMatchObject([{ type: 'signing_key.rotated' }]);
  });

  it('do not sign before every cache that may hold the keys without them is too old', async () => {
    const realm = await stack.createOrganization('hasty');
    const answer = await fetch(`${realm.issuer}/jwks`);
    const [, maxAge] = /^public, max-age=(\d+)$/u.exec(
      answer.headers.get('cache-control') ?? '',
    ) ?? ['', ''];
    // What a cache was given by a process that had read the keys a moment before there was one more.
    const unseen = Number(maxAge) * 1_000 + KEYS_KEPT_MS;
    const rotateAfter = async (ms: number): Promise<Awaited<ReturnType<typeof rotate>>> => {
      await owner.query(
        `UPDATE signing_keys SET created_at = now() - make_interval(secs => $2)
         WHERE org_id = $1 AND status = 'next'`,
        [realm.orgId, ms / 1_000],
      );
      return rotate();
    };
    const rotate = (): ReturnType<ReturnType<typeof apiOf>> =>
      apiOf(stack, realm)('POST', 'signing-keys/rotate', { body: {} });

    const refused = await rotateAfter(unseen);
    expect(refused).toMatchObject({ status: 409, body: { code: 'next_key_too_young' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(PUBLISHED_FOR_MS).toBeGreaterThan(unseen);
    expect((await rotateAfter(PUBLISHED_FOR_MS)).status).toBe(200);
  });

  it('are void at once when they are compromised, and lose their private half', async () => {
    const realm = await stack.createOrganization('leaked');
    const token = await stack.managementToken(realm);
    const rotate = apiOf(stack, realm)('POST', 'signing-keys/rotate', {
      body: { compromised: true },
    });
    const { body } = await rotate;
    expect((await jwksOf(realm)).keys.map(({ kid }) => kid)).not.toContain(body['retiredKid']);
    const refused = await fetch(`${realm.issuer}/api/v1/users`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(refused.status).toBe(401);
    const { rows } = await owner.query('SELECT private_box FROM signing_keys WHERE kid = $1', [
      body['retiredKid'],
    ]);
    expect(rows).toEqual([{ private_box: null }]);
    await expect(
      owner.query(`UPDATE signing_keys SET status = 'active' WHERE kid = $1`, [
        body['retiredKid'],
      ]),
    ).rejects.toThrow();
  });

  it('are exchanged once by a request that is sent twice, with a key', async () => {
    const realm = await stack.createOrganization('retried');
    const rotate = (): ReturnType<ReturnType<typeof apiOf>> =>
      apiOf(stack, realm)('POST', 'signing-keys/rotate', {
        body: { compromised: true },
        headers: { 'idempotency-key': 'once' },
      });
    const first = await rotate();
    expect(first.status).toBe(200);
    expect((await rotate()).body).toEqual(first.body);
    expect(await statuses(realm)).toEqual({ gone: 1, active: 1, next: 1 });
  });

  it('are never in two minds, however many rotate at once, and tokens are signed all the while', async () => {
    const realm = await stack.createOrganization('busy');
    await age(realm, 1);
    const rotation = stack.get(KeyRotation);
    const over = new AbortController();
    const tokens: string[] = [];
    const load = (async () => {
      while (!over.signal.aborted) tokens.push(await sign(realm, { typ: 'JWT' }, { sub: 'x' }));
    })();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => rotation.rotate(realm, 'by_hand', OPERATOR)),
    );
    over.abort();
    await load;
    // The first takes the key that was published; those after it find one that is too young.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await statuses(realm)).toEqual({ retiring: 1, active: 1, next: 1 });
    const keys = createLocalJWKSet(await jwksOf(realm));
    expect(tokens.length).toBeGreaterThan(10);
    for (const token of tokens) await jwtVerify(token, keys);
  });

  it('move on and go by the clock', async () => {
    const realm = await stack.createOrganization('clockwork');
    const schedule = worker.app.get(KeySchedule, { strict: false });
    await schedule.run();
    expect(await statuses(realm)).toEqual({ active: 1, next: 1 });
    await age(realm, 31);
    await Promise.all([schedule.run(), schedule.run()]);
    expect(await statuses(realm)).toEqual({ retiring: 1, active: 1, next: 1 });
    await age(realm, 8);
    await schedule.run();
    expect(await statuses(realm)).toEqual({ gone: 1, active: 1, next: 1 });
  });
});
