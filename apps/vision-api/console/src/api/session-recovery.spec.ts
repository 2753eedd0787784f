import { describe, expect, it } from '@jest/globals';

import { SessionRecovery } from './session-recovery.js';

const refused = { code: 'session_required' };

describe('SessionRecovery', () => {
  it('holds calls back until the session is there again', async () => {
    const recovery = new SessionRecovery();
    const calls = [recovery.wait(true), recovery.wait(false)];
    expect(recovery.state()).toEqual({ status: 'needed' });
    recovery.restored();
    await expect(Promise.all(calls)).resolves.toHaveLength(2);
    expect(recovery.state()).toEqual({ status: 'none' });
  });

  it('fails them when the user declines, and asks again only for what they ask for', async () => {
    const recovery = new SessionRecovery();
    const call = recovery.wait(true);
    recovery.decline();
    await expect(call).rejects.toMatchObject(refused);
    await expect(recovery.wait(false)).rejects.toMatchObject(refused);
    expect(recovery.state()).toEqual({ status: 'declined' });
    void recovery.wait(true).catch(() => undefined);
    expect(recovery.state()).toEqual({ status: 'needed' });
  });

  it('asks again for any call once the user reconsiders', () => {
    const recovery = new SessionRecovery();
    recovery.decline();
    recovery.reconsider();
    void recovery.wait(false);
    expect(recovery.state()).toEqual({ status: 'needed' });
  });

  it('lets nothing go on when somebody else signed in', async () => {
    const recovery = new SessionRecovery();
    const call = recovery.wait(true);
    recovery.takenOver('eve@example.com');
    await expect(call).rejects.toMatchObject(refused);
    expect(recovery.state()).toEqual({ status: 'other-user', email: 'eve@example.com' });
  });

  it('lets go of a call that is aborted', async () => {
    const recovery = new SessionRecovery();
    const controller = new AbortController();
    const call = recovery.wait(true, controller.signal);
    controller.abort();
    await expect(call).rejects.toThrow();
  });

  it('tells who listens, until they stop', () => {
    const recovery = new SessionRecovery();
    let told = 0;
    const stop = recovery.subscribe(() => {
      told += 1;
    });
    recovery.decline();
    stop();
    recovery.reconsider();
    expect(told).toBe(1);
  });
});
