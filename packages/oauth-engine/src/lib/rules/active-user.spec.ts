import { describe, expect, it } from '@jest/globals';

import { alice, stand } from '../../../test/memory/standing.js';
import { activeUser } from './active-user.js';

describe('activeUser (RFC 9700 §4.14.2)', () => {
  it('finds a user who is active', async () => {
    const { store } = await stand();
    expect(await activeUser(store, alice.id)).toEqual(alice);
  });

  it('refuses one who was deactivated or erased', async () => {
    const { store } = await stand();
    store.state.users.delete(alice.id);
    await expect(activeUser(store, alice.id)).rejects.toMatchObject({ code: 'invalid_grant' });
  });
});
