import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { SIGN_IN_RATES } from '../src/sign-in/limits/buckets.js';
import { LOCK_OUT_TAKES_MS } from '../src/sign-in/sign-in.service.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { open, type OpenPage, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

const HERE = SIGN_IN_RATES.addressHere.burst;

describe('the limits of sign-ins', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    // One proxy is trusted, so that a test can come from many places.
    stack = await startStack({ TRUSTED_PROXIES: '1' });
    realm = await stack.createOrganization('acme');
    application = await stack.createApplication(realm, {
      firstParty: true,
      scopes: ['openid'],
    });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const newBrowser = (): TestBrowser => new TestBrowser(stack, realm);

  async function attempt(
    browser: TestBrowser,
    email: string,
    password: string,
    ip: string,
  ): Promise<OpenPage> {
    const url = authorizeUrl(realm, application.clientId, { scope: 'openid', prompt: 'login' });
    const page = await open(browser, url);
    const headers = { 'x-forwarded-for': ip };
    return submit(browser, page.forms[0], { email, password }, headers);
  }

  async function fail(times: number, email: string, ip: string): Promise<number[]> {
    const statuses: number[] = [];
    const browser = newBrowser();
    for (let time = 0; time < times; time += 1) {
      statuses.push((await attempt(browser, email, `wrong ${time}`, ip)).status);
    }
    return statuses;
  }

  /** What the audit trail says of failures of a user; of a lock-out, in which transaction. */
  async function failuresOf(userId: string): Promise<unknown[]> {
    const { rows } = await owner.query<{ reason: string; transaction: string }>(
      `SELECT body::jsonb->'details'->>'reason' AS reason, xmin::text AS transaction
       FROM audit_outbox
       WHERE body::jsonb->>'action' = 'user.sign_in_failed'
         AND body::jsonb->'target'->>'id' = $1 ORDER BY position`,
      [userId],
    );
    return rows.map(({ reason, transaction }) =>
      reason === 'locked_out' ? { reason, transaction } : { reason },
    );
  }

  it('stop an address here after a few failures, for a while, and say when to come back', async () => {
    const dora = await stack.createUser(realm, 'dora@example.com');
    expect(await fail(HERE + 2, dora.email, '192.0.2.1')).toEqual([
      ...Array<number>(HERE).fill(422),
      429,
      429,
    ]);
    // The right password is not looked at either: nobody learns that it was right.
    const page = await attempt(newBrowser(), dora.email, PASSWORD, '192.0.2.1');
    expect(page.status).toBe(429);
    const wait = Number(page.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(page.html).toContain('There were too many attempts. Try again in a minute.');
    // Its owner, elsewhere, is not locked out.
    expect((await attempt(newBrowser(), dora.email, PASSWORD, '192.0.2.2')).status).toBe(303);

    // Told once, by the transaction that has it in the audit trail.
    const { rows: told } = await owner.query<{ transaction: string }>(
      `SELECT xmin::text AS transaction FROM security_events
       WHERE subject = $1 AND type = 'user.locked_out'`,
      [dora.id],
    );
    expect(told).toHaveLength(1);
    expect(await failuresOf(dora.id)).toEqual([
      ...Array<unknown>(HERE - 1).fill({ reason: 'credentials' }),
      { reason: 'locked_out', transaction: told[0]?.transaction },
    ]);
  });

  it('write every failure down, of nobody’s address too', async () => {
    const kim = await stack.createUser(realm, 'kim@example.com');
    const nobodys = await failuresOf('unknown');
    expect(await fail(2, kim.email, '192.0.2.3')).toEqual([422, 422]);
    expect(await fail(1, 'nobody@example.com', '192.0.2.3')).toEqual([422]);
    expect(await failuresOf(kim.id)).toEqual([
      { reason: 'credentials' },
      { reason: 'credentials' },
    ]);
    expect(await failuresOf('unknown')).toHaveLength(nobodys.length + 1);
  });

  it('are the same for an address that is nobody’s', async () => {
    const emma = await stack.createUser(realm, 'emma@example.com');
    const known = await fail(HERE - 1, emma.email, '192.0.2.10');
    const unknown = await fail(HERE - 1, 'noone@example.com', '192.0.2.11');
    expect(unknown).toEqual(known);
    for (const [email, ip] of [
      [emma.email, '192.0.2.10'],
      ['noone@example.com', '192.0.2.11'],
    ] as const) {
      const begun = performance.now();
      expect(await fail(1, email, ip)).toEqual([422]);
      // What one of the two has to write besides is hidden in this.
      expect(performance.now() - begun).toBeGreaterThanOrEqual(LOCK_OUT_TAKES_MS);
      expect(await fail(1, email, ip)).toEqual([429]);
    }
  });

  it('count spellings of one address as one', async () => {
    const spellings = ['FINN@example.com', 'finn@EXAMPLE.com', ' finn@example.com '];
    const statuses: number[] = [];
    for (let time = 0; time <= HERE; time += 1) {
      const [status = 0] = await fail(1, spellings[time % 3] ?? '', '192.0.2.20');
      statuses.push(status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it('do not count sign-ins that succeed', async () => {
    const gina = await stack.createUser(realm, 'gina@example.com');
    for (let time = 0; time < HERE + 3; time += 1) {
      expect((await attempt(newBrowser(), gina.email, PASSWORD, '192.0.2.30')).status).toBe(
        303,
      );
    }
  });

  it('hold under many attempts at the same time', async () => {
    const browser = newBrowser();
    const url = authorizeUrl(realm, application.clientId, { scope: 'openid' });
    const page = await open(browser, url);
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, time) => {
        const fields = { email: 'hugo@example.com', password: `wrong ${time}` };
        const headers = { 'x-forwarded-for': '192.0.2.40' };
        return (await submit(browser, page.forms[0], fields, headers)).status;
      }),
    );
    expect(statuses.filter((status) => status === 422)).toHaveLength(HERE);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30 - HERE);
  });

  it('stop an address that is tried from many places, but not on a device of its user', async () => {
    const ines = await stack.createUser(realm, 'ines@example.com');
    const laptop = newBrowser();
    expect((await attempt(laptop, ines.email, PASSWORD, '192.0.2.50')).status).toBe(303);
    let refused = 0;
    for (let place = 0; refused === 0 && place < 20; place += 1) {
      const statuses = await fail(HERE, ines.email, `198.51.100.${place}`);
      refused = statuses.filter((status) => status === 429).length;
      if (refused > 0) expect(place).toBe(SIGN_IN_RATES.address.burst / HERE);
    }
    expect(refused).toBeGreaterThan(0);
    expect((await attempt(newBrowser(), ines.email, PASSWORD, '203.0.113.1')).status).toBe(429);
    expect((await attempt(laptop, ines.email, PASSWORD, '192.0.2.50')).status).toBe(303);
    // And a device is no way to try without end.
    const own: number[] = [];
    for (let time = 0; time <= SIGN_IN_RATES.knownDevice.burst; time += 1) {
      own.push((await attempt(laptop, ines.email, 'wrong', '192.0.2.50')).status);
    }
    expect(own.at(-1)).toBe(429);
  });

  it('count what fails on all devices of an address together', async () => {
    const mia = await stack.createUser(realm, 'mia@example.com');
    const { burst } = SIGN_IN_RATES.knownDevices;
    const devices = burst / SIGN_IN_RATES.knownDevice.burst + 1;
    const statuses: number[] = [];
    for (let device = 0; device < devices; device += 1) {
      const browser = newBrowser();
      const ip = `192.0.2.${100 + device}`;
      expect((await attempt(browser, mia.email, PASSWORD, ip)).status).toBe(303);
      for (let time = 0; time < SIGN_IN_RATES.knownDevice.burst; time += 1)
        statuses.push((await attempt(browser, mia.email, 'wrong', ip)).status);
    }
    expect(statuses.slice(0, burst)).toEqual(Array.from({ length: burst }, () => 422));
    expect(statuses.slice(burst)).toContain(429);
  });

  it('stop a place that tries many addresses', async () => {
    const browser = newBrowser();
    const url = authorizeUrl(realm, application.clientId, { scope: 'openid' });
    const page = await open(browser, url);
    const headers = { 'x-forwarded-for': '2001:db8:1:2::1' };
    const statuses: number[] = [];
    for (let batch = 0; batch <= SIGN_IN_RATES.place.burst / 10; batch += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, time) => {
          const fields = { email: `${batch}.${time}@example.com`, password: 'wrong' };
          return submit(browser, page.forms[0], fields, headers);
        }),
      );
      statuses.push(...answers.map(({ status }) => status));
    }
    const passed = statuses.filter((status) => status === 422).length;
    expect(passed).toBeGreaterThanOrEqual(SIGN_IN_RATES.place.burst);
    expect(statuses).toContain(429);
  });

  it('hold while Redis is away, in each process by itself', async () => {
    const jana = await stack.createUser(realm, 'jana@example.com');
    await stack.redis.kill();
    try {
      const statuses = await fail(HERE + 2, jana.email, '192.0.2.60');
      expect(statuses).toEqual([...Array<number>(HERE).fill(422), 429, 429]);
      expect((await attempt(newBrowser(), jana.email, PASSWORD, '192.0.2.61')).status).toBe(
        303,
      );
    } finally {
      await stack.redis.start();
    }
  });
});
