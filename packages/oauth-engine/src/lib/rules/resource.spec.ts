import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { issuer } from '../../../test/memory/acme.js';
import { Parameters } from '../http/parameters.js';
import { resource } from './resource.js';

const ask = (...indicators: string[]): readonly string[] =>
  resource({
    ...inputOf({}),
    parameters: new Parameters(indicators.map((one) => ['resource', one] as const)),
  });

describe('resource', () => {
  it('gives each resource once, and the issuer to everybody', () => {
    const photos = 'https://photos.example';
    expect(ask(photos, issuer, photos)).toEqual([photos, issuer]);
    expect(ask()).toEqual([]);
  });

  it.each([
    ['one that is unknown', 'https://other.example'],
    ['one that the application may not ask for', 'https://films.example/api'],
    ['one that is written otherwise', 'https://photos.example/'],
    ['one with a fragment', 'https://photos.example#x'],
    ['one that is no URI', 'photos'],
  ])('refuses %s', (_name, indicator) => {
    expect(() => ask('https://photos.example', indicator)).toThrow(
      expect.objectContaining({ code: 'invalid_target' }),
    );
  });

  it('refuses one that the organization has no longer, though the application lists it', () => {
    const input = inputOf(
      { resource: 'https://gone.example' },
      { resources: ['https://gone.example'] },
    );
    expect(() => resource(input)).toThrow(expect.objectContaining({ code: 'invalid_target' }));
  });
});
