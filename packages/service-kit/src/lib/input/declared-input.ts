import { type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

/** What a handler is given of a request. */
export interface DeclaredInput {
  readonly body: boolean;
  readonly query: boolean;
  readonly params: boolean;
}

/** `type:index`. Decorators of our own have a random name for a type, which may begin with digits. */
const OF_NEST = /^(\d+):\d+$/;

const NOTHING: DeclaredInput = { body: false, query: false, params: false };

/**
 * @returns what a handler has as parameters; nothing of one that has the response: it answers by
 *   itself, with a page or a redirect, and so it judges by itself what it is sent
 */
export function declaredInput(context: ExecutionContext): DeclaredInput {
  const parameters = (Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) ?? {}) as Readonly<Record<string, unknown>>;
  const types = new Set(Object.keys(parameters).map((key) => Number(OF_NEST.exec(key)?.[1])));
  if (types.has(RouteParamtypes.RESPONSE)) return NOTHING;
  return {
    body: types.has(RouteParamtypes.BODY),
    query: types.has(RouteParamtypes.QUERY),
    params: types.has(RouteParamtypes.PARAM),
  };
}
