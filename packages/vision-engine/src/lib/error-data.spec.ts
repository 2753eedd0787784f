import { describe, expect, it } from '@jest/globals';
import {
  EngineFailure,
  ImageTooLarge,
  InvalidImage,
  NoFace,
  UnsupportedMedia,
} from '../errors.js';
import { errorFromData, errorToData } from './error-data.js';

describe('errors between threads', () => {
  it.each([
    [new InvalidImage('one'), 'invalid_image'],
    [new ImageTooLarge('two'), 'image_too_large'],
    [new UnsupportedMedia('three'), 'unsupported_media_type'],
    [new NoFace('four'), 'no_face'],
    [new EngineFailure('five'), 'internal_error'],
  ])('rebuilds %s', (error, code) => {
    const rebuilt = errorFromData(structuredClone(errorToData(error)));
    expect(rebuilt).toBeInstanceOf(error.constructor);
    expect(rebuilt.message).toBe(error.message);
    expect(rebuilt.code).toBe(code);
  });

  it.each(['source', 'target', undefined] as const)('keeps that it is about %s', (image) => {
    const error = new InvalidImage('one');
    error.image = image;
    expect(errorFromData(structuredClone(errorToData(error))).image).toBe(image);
  });

  it('says nothing of the message of a foreign error', () => {
    const rebuilt = errorFromData(errorToData(new TypeError('cannot read GIF89a secret')));
    expect(rebuilt).toBeInstanceOf(EngineFailure);
    expect(rebuilt.message).toBe('The operation failed inside the engine (TypeError).');
  });

  it('takes anything that can be thrown', () => {
    expect(errorFromData(errorToData('a string')).message).toContain('string');
    expect(errorFromData(errorToData(undefined)).message).toContain('undefined');
  });
});
