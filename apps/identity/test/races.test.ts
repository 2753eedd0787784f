import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import pg from 'pg';
import { OPERATOR } from '../src/audit/origin.js';
import { Tenants } from '../src/database/database.js';
import { type Realm } from '../src/realms/realm.js';
import { KeyRotation } from '../src/signing-keys/key-rotation.js';
import { UsersService } from '../src/users/users.service.js';
import { familiesOf, type Family } from './support/families.js';
import { type OAuthAnswer, post, redeem, refresh } from './support/oauth-client.js';
import { plantCode, plantGrant, plantUser, type SignedIn } from './support/planted.js';
import { type Figures, tableOf, writeFigures } from './support/race-figures.js';
import { type ServiceProcess, startServiceProcess } from './support/service-process.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

/** `npm run test:races` runs two hundred of each; here are as many as show a hole. */
const TRIALS = Number(process.env['RACE_TRIALS'] ?? 25);
/** Who come with the same code or token at once, half of them to each process. */
const RACERS = 8;
/** Families that are in the middle of a rotation when a process is killed. */
const FAMILIES_A_KILL = 10;

/** A file to write the figures to, in Markdown. */
const FIGURES_FILE = process.env['RACE_FIGURES'];

/** Two processes of the service on one PostgreSQL; this one prepares, and looks at what is left. */
describe('races between two processes', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let ada: SignedIn;
  let owner: pg.Client;
  let processes: [ServiceProcess, ServiceProcess];
  const figures: Record<string, Figures> = {};

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    ada = await plantUser(stack, realm);
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    processes = await Promise.all([startServiceProcess(stack), startServiceProcess(stack)]);
  }, 60_000);
  afterAll(async () => {
    process.stdout.write(`${tableOf(figures)}\n`);
    if (FIGURES_FILE !== undefined) writeFigures(FIGURES_FILE, figures);
    await Promise.all(processes.map((one) => one.stop()));
    await owner.end();
    await stack.stop();
  });

  /** The realm as the n-th racer sees it: at one process or at the other. */
  const at = (racer: number): { readonly issuer: string } => ({
    issuer: `${processes[racer % 2]?.url ?? ''}/${realm.slug}`,
  });
  const racers = Array.from({ length: RACERS }, (_, index) => index);
  const trials = Array.from({ length: TRIALS }, (_, index) => index);
  const timeout = 30_000 + TRIALS * 1_500;

  function note(
    race: string,
    answers: readonly OAuthAnswer[],
    families: readonly Family[],
  ): Figures {
    const sum = (count: (family: Family) => number): number =>
      families.reduce((total, family) => total + count(family), 0);
    const noted = {
      trials: families.length,
      winners: answers.filter(({ status }) => status === 200).length,
      refused: answers.filter(({ body }) => body.error === 'invalid_grant').length,
      deadFamilies: sum(({ dead }) => Number(dead)),
      auditRows: sum(({ audited }) => audited),
      securityEvents: sum(({ securityEvents }) => securityEvents),
      liveBranches: sum(({ dead, unused }) => (dead ? 0 : unused)),
    };
    figures[race] = noted;
    // Every answer is one of the two: no error of ours is hidden among the refused.
    expect(noted.winners + noted.refused).toBe(answers.length);
    return noted;
  }

  it(
    'lets one of many redeem a code, and what that one got dies of the others',
    async () => {
      const grantIds: string[] = [];
      const answers: OAuthAnswer[] = [];
      for (const trial of trials) {
        const code = await plantCode(stack, realm, application.clientId, ada);
        const all = await Promise.all(
          racers.map((racer) => redeem(at(trial + racer), application, code)),
        );
        expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
        answers.push(...all);
        grantIds.push(...(await grantsOfCode(code)));
      }
      expect(
        note(`${RACERS} redeem one code`, answers, await familiesOf(owner, grantIds)),
      ).toEqual({
        trials: TRIALS,
        winners: TRIALS,
        refused: TRIALS * (RACERS - 1),
        deadFamilies: TRIALS,
        auditRows: TRIALS,
        securityEvents: TRIALS,
        liveBranches: 0,
      });
      expect(await grantsBeside(grantIds, 'authorization_code_replayed')).toBe(0);
    },
    timeout,
  );

  it(
    'lets one of many exchange a refresh token, and its family dies of the others',
    async () => {
      const grantIds: string[] = [];
      const answers: OAuthAnswer[] = [];
      for (const trial of trials) {
        const grant = await plantGrant(stack, realm, application.clientId, ada);
        const all = await Promise.all(
          racers.map((racer) => refresh(at(trial + racer), application, grant.refreshToken)),
        );
        const won = all.filter(({ status }) => status === 200);
        expect(won).toHaveLength(1);
        const after = await refresh(at(trial), application, won[0]?.body.refresh_token ?? '');
        expect(after.body.error).toBe('invalid_grant');
        answers.push(...all);
        grantIds.push(grant.grantId);
      }
      expect(
        note(
          `${RACERS} exchange one refresh token`,
          answers,
          await familiesOf(owner, grantIds),
        ),
      ).toEqual({
        trials: TRIALS,
        winners: TRIALS,
        refused: TRIALS * (RACERS - 1),
        deadFamilies: TRIALS,
        auditRows: TRIALS,
        securityEvents: TRIALS,
        liveBranches: 0,
      });
    },
    timeout,
  );

  it(
    'leaves nothing alive of a token that is exchanged while it is given back',
    async () => {
      const grantIds: string[] = [];
      const answers: OAuthAnswer[] = [];
      for (const trial of trials) {
        const grant = await plantGrant(stack, realm, application.clientId, ada);
        const { refreshToken: token } = grant;
        const [exchanged, givenBack] = await Promise.all([
          refresh(at(trial), application, token),
          // Somewhere between the look at the token and its exchange.
          pause(trial % 10).then(() =>
            post(at(trial + 1).issuer, 'revoke', application, { token }),
          ),
        ]);
        expect(givenBack.status).toBe(200);
        const successor = exchanged.body.refresh_token;
        if (successor !== undefined) {
          const after = await refresh(at(trial), application, successor);
          expect(after.body.error).toBe('invalid_grant');
        }
        answers.push(exchanged);
        grantIds.push(grant.grantId);
      }
      const noted = note(
        'one exchanges a refresh token, one gives it back',
        answers,
        await familiesOf(owner, grantIds),
      );
      expect(noted).toMatchObject({
        deadFamilies: TRIALS,
        auditRows: TRIALS,
        securityEvents: 0,
        liveBranches: 0,
      });
    },
    timeout,
  );

  it(
    'signs with a key that is published, however keys rotate meanwhile',
    async () => {
      const grantIds: string[] = [];
      const answers: OAuthAnswer[] = [];
      for (const trial of trials) {
        const grant = await plantGrant(stack, realm, application.clientId, ada);
        // As if the next key had been published long ago.
        await owner.query(
          `UPDATE signing_keys SET created_at = created_at - interval '1 hour'
           WHERE org_id = $1 AND status = 'next'`,
          [realm.orgId],
        );
        const [exchanged] = await Promise.all([
          refresh(at(trial), application, grant.refreshToken),
          stack.get(KeyRotation).rotate(realm, 'by_hand', OPERATOR),
        ]);
        const published = (await (await fetch(`${realm.issuer}/jwks`)).json()) as JSONWebKeySet;
        const keys = createLocalJWKSet(published);
        await jwtVerify(exchanged.body.access_token ?? '', keys, { issuer: realm.issuer });
        await jwtVerify(exchanged.body.id_token ?? '', keys, { issuer: realm.issuer });
        answers.push(exchanged);
        grantIds.push(grant.grantId);
      }
      const noted = note(
        'one exchanges a refresh token, the signing key rotates',
        answers,
        await familiesOf(owner, grantIds),
      );
      expect(noted).toMatchObject({ winners: TRIALS, deadFamilies: 0, liveBranches: TRIALS });
    },
    timeout,
  );

  it(
    'leaves nothing alive of a user who is deactivated while an application refreshes and redeems',
    async () => {
      const grantIds: string[] = [];
      const answers: OAuthAnswer[] = [];
      for (const trial of trials) {
        const leaver = await plantUser(stack, realm);
        const { clientId } = application;
        const grant = await plantGrant(stack, realm, clientId, leaver);
        const code = await plantCode(stack, realm, clientId, leaver);
        const [exchanged, redeemed] = await Promise.all([
          refresh(at(trial), application, grant.refreshToken),
          redeem(at(trial + 1), application, code),
          pause(trial % 6).then(() => deactivate(leaver)),
        ]);
        answers.push(exchanged, redeemed);
        grantIds.push(grant.grantId, ...(await grantsOfCode(code)));
      }
      const families = await familiesOf(owner, grantIds);
      const noted = note(
        'one exchanges a refresh token, one redeems a code, their user is deactivated',
        answers,
        families,
      );
      expect(noted.deadFamilies).toBe(noted.trials);
      expect(noted.liveBranches).toBe(0);
      expect(noted.auditRows).toBe(noted.trials);
    },
    timeout,
  );

  it(
    'leaves a rotation done or not done when its process is killed',
    async () => {
      const grantIds: string[] = [];
      const retried: OAuthAnswer[] = [];
      let answeredInTime = 0;
      let rolledBack = 0;
      for (let kill = 0; kill * FAMILIES_A_KILL < TRIALS; kill += 1) {
        const victim = await startServiceProcess(stack);
        const there = { issuer: `${victim.url}/${realm.slug}` };
        const planted = await Promise.all(
          Array.from({ length: FAMILIES_A_KILL }, () =>
            plantGrant(stack, realm, application.clientId, ada),
          ),
        );
        // The first request of a process is slow: the kill is to hit those that follow it.
        const warm = await plantGrant(stack, realm, application.clientId, ada);
        await refresh(there, application, warm.refreshToken);
        // Killed at once after one of the answers: others are under way, here and there.
        const enough = Promise.withResolvers<undefined>();
        let seen = 0;
        const answered = Promise.all(
          planted.map(async ({ refreshToken }) => {
            const answer = await refresh(there, application, refreshToken).catch(
              () => undefined,
            );
            seen += 1;
            if (seen > kill % (FAMILIES_A_KILL - 1)) enough.resolve(undefined);
            return answer;
          }),
        );
        await enough.promise;
        await victim.kill();
        const answers = await answered;
        const ids = planted.map(({ grantId }) => grantId);
        for (const family of await familiesOf(owner, ids)) {
          // One token can be used, and the trail says how it came to be that one.
          expect([family.dead, family.unused]).toEqual([false, 1]);
          expect(family.refreshed).toBeLessThanOrEqual(1);
        }
        for (const [index, { refreshToken }] of planted.entries()) {
          const known = answers[index]?.body.refresh_token;
          // Whoever got an answer goes on with it; whoever got none tries again.
          const next = await refresh(at(index), application, known ?? refreshToken);
          if (known !== undefined) {
            expect(next.status).toBe(200);
            answeredInTime += 1;
          } else if (next.status === 200) rolledBack += 1;
          retried.push(next);
        }
        grantIds.push(...ids);
      }
      const families = await familiesOf(owner, grantIds);
      const noted = note(
        `\`SIGKILL\` while ${FAMILIES_A_KILL} families rotate, then everybody tries again`,
        retried,
        families,
      );
      // An answer that was lost after its commit looks like a replay when it is tried again.
      expect(noted.deadFamilies).toBe(noted.refused);
      expect(noted.auditRows).toBe(noted.refused);
      expect(noted.securityEvents).toBe(noted.refused);
      expect(noted.liveBranches).toBe(noted.winners);
      process.stdout.write(
        `of ${noted.trials}: ${answeredInTime} answered, ${rolledBack} rolled back, ${noted.refused} committed and unheard of\n`,
      );
    },
    timeout + TRIALS * 1_000,
  );

  async function grantsOfCode(code: string): Promise<string[]> {
    const { rows } = await owner.query<{ grant_id: string | null }>(
      'SELECT grant_id FROM authorization_codes WHERE digest = $1',
      [Buffer.from(sha256Digest(code))],
    );
    return rows.flatMap(({ grant_id: id }) => (id === null ? [] : [id]));
  }

  /** How many grants there are of a kind besides those that are known. */
  async function grantsBeside(known: readonly string[], reason: string): Promise<number> {
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM grants
       WHERE revoked_reason IS DISTINCT FROM $2 OR NOT id = ANY ($1::uuid[])`,
      [known, reason],
    );
    return rows[0]?.count ?? 0;
  }

  function deactivate({ user }: SignedIn): Promise<unknown> {
    return stack
      .get(Tenants)
      .withTenant(realm.orgId, (tx) =>
        stack.get(UsersService).deactivate(tx, realm, user.id, OPERATOR),
      );
  }

  async function pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
});
