import { describe, expect, it } from '@jest/globals';
import {
  Body,
  createParamDecorator,
  type ExecutionContext,
  Param,
  Query,
  Res,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { declaredInput, type DeclaredInput } from './declared-input.js';

const Own = createParamDecorator(() => undefined);

class Handlers {
  all(
    @Own() _own: unknown,
    @Param('id') _id: string,
    @Query() _query: unknown,
    @Body() _body: unknown,
  ): void {}
  byItself(@Body() _body: unknown, @Res() _response: unknown): void {}
  withHeaders(@Body() _body: unknown, @Res({ passthrough: true }) _response: unknown): void {}
  none(): void {}
}

function inputOf<Handler extends object>(
  handlers: new () => Handler,
  name: keyof Handler,
): DeclaredInput {
  // All that is asked of a context; Nest has no way to make a whole one without a request.
  return declaredInput({
    getClass: () => handlers,
    getHandler: () => (handlers.prototype as Handler)[name],
  } as unknown as ExecutionContext);
}

const NOTHING = { body: false, query: false, params: false };

describe('what a handler is given of a request', () => {
  it('is what it has as parameters', () => {
    expect(inputOf(Handlers, 'all')).toEqual({ body: true, query: true, params: true });
    expect(inputOf(Handlers, 'none')).toEqual(NOTHING);
  });

  it('is nothing where it answers by itself', () => {
    expect(inputOf(Handlers, 'byItself')).toEqual(NOTHING);
    expect(inputOf(Handlers, 'withHeaders')).toEqual({ ...NOTHING, body: true });
  });

  // Nest draws the name anew in every process, beside numbers that are its own: 1 is the response.
  it.each(['1', '1a', '3f0', '4a', '5c'])(
    'does not depend on a decorator whose name begins with %s',
    (name) => {
      class Decorated {
        handle(): void {}
      }
      const given = (parameters: object): DeclaredInput => {
        Reflect.defineMetadata(ROUTE_ARGS_METADATA, parameters, Decorated, 'handle');
        return inputOf(Decorated, 'handle');
      };
      const own = { [`${name}__customRouteArgs__:0`]: {} };
      expect(given(own)).toEqual(NOTHING);
      expect(given({ ...own, '3:1': {} })).toEqual({ ...NOTHING, body: true });
    },
  );
});
