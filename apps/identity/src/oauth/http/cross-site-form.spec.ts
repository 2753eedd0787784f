import { describe, expect, it } from '@jest/globals';
import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { crossSiteForm } from './cross-site-form.js';

const form = 'client_id=a&redirect_uri=https%3A%2F%2Fapp.example%2F&scope=openid+email';

function queryOf({
  body = form,
  method = 'POST',
  query = '',
  ...changed
}: IncomingHttpHeaders & { body?: string; method?: string; query?: string } = {}):
  string | undefined {
  const message = new IncomingMessage(new Socket());
  message.headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'cross-site',
    ...changed,
  };
  return crossSiteForm(message, { method, query, headers: {}, body: Buffer.from(body) });
}

describe('a form of another site', () => {
  it('is asked for again as a GET, as it came', () => {
    expect(queryOf()).toBe(form);
  });

  it.each([
    ['a page of ours', { 'sec-fetch-site': 'same-origin' }],
    ['a page of the same site, which has the cookies', { 'sec-fetch-site': 'same-site' }],
    ['no browser', { 'sec-fetch-site': undefined }],
    ['whoever sends our cookies all the same', { cookie: 'a=b; __Secure-namoid-session=x' }],
    ['a GET', { method: 'GET' }],
    ['one with a query as well', { query: 'x=1' }],
    ['another type', { 'content-type': 'text/plain' }],
    ['nothing', { body: '' }],
    ['a form too long for an address', { body: `state=${'x'.repeat(6_000)}` }],
    ['what is no form', { body: 'a=1\r\nlocation: x' }],
    ['what is no form either', { body: 'a=1#b' }],
    ['one with a token in it', { body: `${form}&id_token_hint=e30.e30.x` }],
    [
      'one with a token under a name that is written otherwise',
      { body: 'id_token%5fhint=e30' },
    ],
  ])('but not of %s', (_what, changed) => {
    expect(queryOf(changed)).toBeUndefined();
  });
});
