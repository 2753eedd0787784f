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
import { declaredInput } from './declared-input.js';

const Own = createParamDecorator(() => undefined);

class Handlers {
  all(
    @Own() _own: unknown,
    @Param('id') _id: string,
    @Query() _query: unknown,
    @Body() _body: unknown,
  ): void {}
  byItself(@Body() _body: unknown, @Res() _response: unknown): void {}
  none(): void {}
}

type Name = 'all' | 'byItself' | 'none';

const of = (name: Name): unknown =>
  declaredInput({
    getClass: () => Handlers,
    getHandler: () => Handlers.prototype[name],
  } as unknown as ExecutionContext);

const NOTHING = { body: false, query: false, params: false };
const ALL = { body: true, query: true, params: true };

describe('what a handler is given of a request', () => {
  it('is what it has as parameters', () => {
    expect(of('all')).toEqual(ALL);
    expect(of('none')).toEqual(NOTHING);
  });

  it('is nothing where it has the response', () => {
    expect(of('byItself')).toEqual(NOTHING);
  });

  // Nest draws the name anew in every process; 1 is its type for the response, 2 that for `next`.
  it.each(['1', '1a', '12', '3f0'])(
    'does not depend on a decorator whose name begins with %s',
    (name) => {
      const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, Handlers, 'all') as object;
      const others = Object.entries(parameters).filter(([key]) => !key.includes('custom'));
      const own = [`${name}__customRouteArgs__:0`, { index: 0 }];
      Reflect.defineMetadata(
        ROUTE_ARGS_METADATA,
        Object.fromEntries([...others, own]),
        Handlers,
        'all',
      );
      expect(others).toHaveLength(3);
      expect(of('all')).toEqual(ALL);
    },
  );
});
