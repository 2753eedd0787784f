import { describe, expect, it } from '@jest/globals';

import { Parameters } from './parameters.js';

const twice = expect.objectContaining({ code: 'invalid_request' });

describe('Parameters', () => {
  it('takes an empty value for none', () => {
    const parameters = new Parameters([['nonce', '']]);
    expect(parameters.get('nonce')).toBeUndefined();
    expect(() => parameters.require('redirect_uri')).toThrow(twice);
  });

  it('gives no value where there are two, even if they are the same or one is empty', () => {
    for (const second of ['a', 'b', '']) {
      const parameters = new Parameters([
        ['client_id', 'a'],
        ['client_id', second],
      ]);
      expect(() => parameters.get('client_id')).toThrow(twice);
      expect(() => {
        parameters.refuseRepeated();
      }).toThrow(twice);
    }
  });

  it('lets resource alone be repeated', () => {
    const parameters = new Parameters([
      ['resource', 'https://a.example'],
      ['resource', ''],
      ['resource', 'https://b.example'],
    ]);
    parameters.refuseRepeated();
    expect(parameters.all('resource')).toEqual(['https://a.example', 'https://b.example']);
  });

  it('refuses an unknown parameter that is repeated', () => {
    const parameters = new Parameters([
      ['x', '1'],
      ['x', '2'],
    ]);
    expect(() => {
      parameters.refuseRepeated();
    }).toThrow(twice);
  });

  it('does not take a property of every object for a parameter', () => {
    expect(new Parameters([]).get('constructor')).toBeUndefined();
  });
});
