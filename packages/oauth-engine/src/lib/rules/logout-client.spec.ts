import { describe, expect, it } from '@jest/globals';

import { stand, webApplication } from '../../../test/memory/standing.js';
import { Parameters } from '../http/parameters.js';
import { logoutClient } from './logout-client.js';

const named = (client_id: string): Parameters => new Parameters([['client_id', client_id]]);

describe('logoutClient', () => {
  const hint = { clientId: 'web-app', userId: 'user-alice' };

  it('is named by the hint or by client_id, or not at all', async () => {
    const { context } = await stand();
    const none = named('');
    expect(await logoutClient(context, none, hint)).toEqual(webApplication);
    expect(await logoutClient(context, named('web-app'), undefined)).toEqual(webApplication);
    expect(await logoutClient(context, none, undefined)).toBeUndefined();
  });

  it('is refused where the two differ, or it is unknown', async () => {
    const { context } = await stand();
    const refused = { code: 'invalid_request' };
    await expect(logoutClient(context, named('other'), hint)).rejects.toMatchObject(refused);
    await expect(logoutClient(context, named('other'), undefined)).rejects.toMatchObject(
      refused,
    );
  });
});
