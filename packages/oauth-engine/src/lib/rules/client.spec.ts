import { describe, expect, it } from '@jest/globals';

import { stand, webApplication } from '../../../test/memory/standing.js';
import { Parameters } from '../http/parameters.js';
import { client } from './client.js';

const named = (client_id: string): Parameters => new Parameters([['client_id', client_id]]);

describe('client', () => {
  it('is one that is known', async () => {
    const { context } = await stand();
    expect(await client(context, named('web-app'))).toEqual(webApplication);
  });

  it('is refused where it is unknown, missing, or of the other mode', async () => {
    const { context } = await stand();
    await expect(client(context, named('nobody'))).rejects.toMatchObject({
      code: 'invalid_client',
      status: 400,
    });
    await expect(client(context, named(''))).rejects.toMatchObject({ code: 'invalid_request' });
    // A store that forgot to look at the mode.
    await expect(client({ ...context, mode: 'test' }, named('web-app'))).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });
});
