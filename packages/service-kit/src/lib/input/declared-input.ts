import { type ExecutionContext } from '@nestjs/common';
import {
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
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
 * @returns what a handler has as parameters; nothing of one that answers by itself, with a page or
 *   a redirect: it judges by itself what it is sent
 */
export function declaredInput(context: ExecutionContext): DeclaredInput {
  const ofHandler = (key: string): unknown =>
    Reflect.getMetadata(key, context.getClass(), context.getHandler().name);
  const keys = Object.keys(ofHandler(ROUTE_ARGS_METADATA) ?? {});
  const types = new Set(keys.map((key) => Number(OF_NEST.exec(key)?.[1])));
  const answersByItself =
    types.has(RouteParamtypes.RESPONSE) && ofHandler(RESPONSE_PASSTHROUGH_METADATA) !== true;
  if (answersByItself) return NOTHING;
  return {
    body: types.has(RouteParamtypes.BODY),
    query: types.has(RouteParamtypes.QUERY),
    params: types.has(RouteParamtypes.PARAM),
  };
}
