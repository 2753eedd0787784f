import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RealmKey } from '../../realms/realm.js';
import { AskedTogether } from './asked-together.js';

const acme: RealmKey = { orgId: 'acme', mode: 'live' };

describe('questions that are asked together', () => {
  let asked: { realm: RealmKey; questions: readonly string[] }[];
  /** Answers the round trips that are under way, in their order. */
  let settle: ((answer: 'answers' | 'fails') => void)[];
  let together: AskedTogether<string, string>;

  beforeEach(() => {
    asked = [];
    settle = [];
    together = new AskedTogether((realm, questions) => {
      asked.push({ realm, questions });
      return new Promise((resolve, reject) => {
        settle.push((outcome) => {
          if (outcome === 'fails') reject(new Error('away'));
          else resolve(questions.map((question) => `${question}!`));
        });
      });
    });
  });

  const ask = (question: string, realm = acme): Promise<string> =>
    together.ask(realm, question, question);
  const questions = (): (readonly string[])[] => asked.map((one) => one.questions);

  it('are those that come in the same turn, each with its own answer', async () => {
    const answers = [ask('a'), ask('b')];
    await nextTurn();
    settle[0]?.('answers');
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
    expect(questions()).toEqual([['a', 'b']]);
  });

  it('are one where they are the same', async () => {
    const answers = [ask('a'), ask('a')];
    await nextTurn();
    settle[0]?.('answers');
    expect(await Promise.all(answers)).toEqual(['a!', 'a!']);
    expect(questions()).toEqual([['a']]);
  });

  it('are those that came while two round trips were under way', async () => {
    const first = ask('a');
    await nextTurn();
    const second = ask('b');
    await nextTurn();
    const later = [ask('c'), ask('d'), ask('e')];
    await nextTurn();
    expect(questions()).toEqual([['a'], ['b']]);
    settle[1]?.('answers');
    await second;
    await nextTurn();
    await nextTurn();
    expect(questions()).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    for (const one of settle) one('answers');
    expect(await Promise.all([first, ...later])).toEqual(['a!', 'c!', 'd!', 'e!']);
  });

  it('wait for those of no other realm', async () => {
    const all = ['a', 'b', 'c'].map((question) => ask(question));
    const elsewhere = [
      ask('a', { orgId: 'other', mode: 'live' }),
      ask('a', { orgId: 'acme', mode: 'test' }),
    ];
    await nextTurn();
    expect(asked.map(({ realm }) => `${realm.orgId} ${realm.mode}`)).toEqual([
      'acme live',
      'other live',
      'acme test',
    ]);
    for (const one of settle) one('answers');
    await Promise.all([...all, ...elsewhere]);
  });

  it('are not so many that one round trip takes long', async () => {
    const all = Promise.all(Array.from({ length: 450 }, (_, n) => ask(String(n))));
    const sizes = (): number[] => questions().map(({ length }) => length);
    await nextTurn();
    await nextTurn();
    expect(sizes()).toEqual([200, 200]);
    settle[0]?.('answers');
    await nextTurn();
    await nextTurn();
    expect(sizes()).toEqual([200, 200, 50]);
    for (const one of settle) one('answers');
    expect(await all).toHaveLength(450);
  });

  it('are not asked any more when nobody can be waiting for them', async () => {
    const now = jest.spyOn(performance, 'now');
    try {
      now.mockReturnValue(0);
      const first = [ask('a')];
      await nextTurn();
      first.push(ask('b'));
      await nextTurn();
      const late = Promise.allSettled([ask('c')]);
      now.mockReturnValue(5_001);
      const inTime = ask('d');
      for (const one of settle) one('answers');
      await Promise.all(first);
      expect(await late).toMatchObject([{ status: 'rejected', reason: { status: 503 } }]);
      await nextTurn();
      settle[2]?.('answers');
      expect(await inTime).toBe('d!');
      expect(questions()).toEqual([['a'], ['b'], ['d']]);
    } finally {
      now.mockRestore();
    }
  });

  it('are asked in the name of no request', async () => {
    const request = new AsyncLocalStorage<string>();
    const names: (string | undefined)[] = [];
    const named = new AskedTogether<string, string>((_realm, all) => {
      names.push(request.getStore());
      return Promise.resolve([...all]);
    });
    await request.run('the first', () => named.ask(acme, 'a', 'a'));
    expect(names).toEqual([undefined]);
  });

  it('fail together, and leave the way free', async () => {
    const answers = Promise.allSettled([ask('a'), ask('b')]);
    await nextTurn();
    settle[0]?.('fails');
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = ask('c');
    await nextTurn();
    settle[1]?.('answers');
    expect(await next).toBe('c!');
  });

  it('may be answered one by one', async () => {
    const each = new AskedTogether<string, string>((_realm, all) =>
      Promise.resolve(
        all.map((question) =>
          question === 'b' ? Promise.reject(new Error('of b alone')) : `${question}!`,
        ),
      ),
    );
    const answers = await Promise.allSettled(
      ['a', 'b', 'c'].map((question) => each.ask(acme, question, question)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('do not wait for an answer that comes later', async () => {
    const slow = Promise.withResolvers<string>();
    const later = new AskedTogether<string, string>((_realm, all) =>
      Promise.resolve(all.map((question) => (question === 'slow' ? slow.promise : question))),
    );
    const held = ['slow', 'slow too'].map((name) => later.ask(acme, name, 'slow'));
    await nextTurn();
    expect(await later.ask(acme, 'a', 'a')).toBe('a');
    slow.resolve('at last');
    expect(await Promise.all(held)).toEqual(['at last', 'at last']);
  });

  it('fail where not each of them has an answer', async () => {
    const short = new AskedTogether<string, string>(() => Promise.resolve(['one']));
    const answers = Promise.allSettled([short.ask(acme, 'a', 'a'), short.ask(acme, 'b', 'b')]);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
