import { describe, expect, it } from '@jest/globals';
import { queryFaults } from './query-faults.js';

describe('queryFaults', () => {
  it.each([
    '/users',
    '/users?',
    '/users?email=ada',
    '/users?email=%c3%a9&limit=2',
    '/users?email=100%',
    '/users?email=100%zz&%=%',
    '/users?email=%00',
    '/users/%ff',
  ])('finds nothing in %s', (url) => {
    expect(queryFaults(url)).toEqual([]);
  });

  it.each([
    ['/users?email=%ff', ['email']],
    ['/users?limit=1&email=%FF%FE&cursor=x', ['email']],
    ['/users?email=%c3', ['email']],
    ['/users?email=%ed%a0%80', ['email']],
    ['/users?email=%%ff', ['email']],
    ['/users?a=%ff&b=%c3%a9&a=%c0%80', ['a', 'a']],
    ['/users?e%6dail=%ff', ['email']],
    ['/users?b+c=%ff', ['b c']],
    ['/users?%ff', ['\ufffd']],
  ])('names the parameters of %s', (url, names) => {
    const message = 'This is not valid UTF-8.';
    expect(queryFaults(url)).toEqual(names.map((name) => ({ path: [name], message })));
  });
});
