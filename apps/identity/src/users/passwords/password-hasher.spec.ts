import { describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { needsRehash, PasswordHasher, PasswordHasherBusy } from './password-hasher.js';

describe('the hasher of passwords', () => {
  it('makes Argon2id hashes of 19 MiB, two passes and one lane, each with a salt of its own', async () => {
    const hasher = new PasswordHasher(1);
    const [one, other] = await Promise.all([hasher.hash('violet'), hasher.hash('violet')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/u);
    expect(one).not.toBe(other);
    expect(needsRehash(one)).toBe(false);
    expect(await hasher.verify('violet', one)).toBe(true);
    expect(await hasher.verify('Violet', one)).toBe(false);
  });

  it('says no where there is no hash, having done the work of one', async () => {
    const hasher = new PasswordHasher(1);
    expect(await hasher.verify('violet', undefined)).toBe(false);
  });

  it('takes what is typed on another keyboard for the same', async () => {
    const hasher = new PasswordHasher(1);
    expect(await hasher.verify('caf\u00e9', await hasher.hash('cafe\u0301'))).toBe(true);
  });

  it('knows hashes that were made with other parameters', async () => {
    const old = await hash('violet', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    expect(needsRehash(old)).toBe(true);
    expect(await new PasswordHasher(1).verify('violet', old)).toBe(true);
  });

  it('refuses more than can be hashed in time, and goes on with those that wait', async () => {
    const hasher = new PasswordHasher(1);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, () => hasher.verify('x', '$argon2id$broken')),
    );
    const busy = outcomes.filter(
      ({ status, ...rest }) =>
        status === 'rejected' &&
        (rest as PromiseRejectedResult).reason instanceof PasswordHasherBusy,
    );
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length).toBeLessThan(300);
    expect(await hasher.verify('violet', await hasher.hash('violet'))).toBe(true);
  });
});
