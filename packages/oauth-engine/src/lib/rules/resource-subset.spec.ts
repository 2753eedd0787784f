import { describe, expect, it } from '@jest/globals';

import { issuer } from '../../../test/memory/acme.js';
import { inputOf } from '../../../test/memory/authorization-input.js';
import { type Application } from '../model/application.js';
import { resourceSubset } from './resource-subset.js';

const photos = 'https://photos.example';
const films = 'https://films.example/api';
const both = { resources: [photos, films] };

const subset = (
  asked: readonly string[],
  resources: readonly string[],
  application: Partial<Application> = both,
): readonly string[] =>
  resourceSubset({
    ...inputOf({}, application),
    asked,
    authorization: { resources, scope: ['openid'] },
  });

const refusal = expect.objectContaining({ code: 'invalid_target' });

describe('resourceSubset', () => {
  it('is all that was authorized where nothing is asked', () => {
    expect(subset([], [photos, films, issuer])).toEqual([photos, films, issuer]);
    expect(subset([], [])).toEqual([]);
  });

  it('narrows down', () => {
    expect(subset([films], [photos, films])).toEqual([films]);
  });

  it('refuses what was not authorized', () => {
    expect(() => subset([photos, 'c'], [photos, films])).toThrow(refusal);
    expect(() => subset([issuer], [photos, films])).toThrow(refusal);
  });

  it('refuses whatever was not named where nothing was, though the application may have it', () => {
    expect(() => subset([photos], [])).toThrow(refusal);
    expect(() => subset([photos], [], { ...both, defaultResource: films })).toThrow(refusal);
  });

  it('takes what tokens are for where nothing was named', () => {
    expect(subset([issuer], [])).toEqual([issuer]);
    expect(subset([films], [], { defaultResource: films })).toEqual([films]);
    expect(subset([issuer], [], { defaultResource: films })).toEqual([issuer]);
  });

  it('leaves out what was taken from the application since, or is there no more', () => {
    expect(subset([], [photos, films], { resources: [films] })).toEqual([films]);
    const gone = 'https://gone.example';
    expect(subset([], [gone, films], { resources: [gone, films] })).toEqual([films]);
  });

  it('refuses where nothing is left, rather than to mean what nobody named', () => {
    expect(() => subset([], [photos], { resources: [], defaultResource: films })).toThrow(
      refusal,
    );
  });
});
