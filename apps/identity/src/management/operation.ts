import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  type ApiQueryOptions,
  ApiResponse,
} from '@nestjs/swagger';
import { Problems } from '@nomo/service-kit';
import { z } from 'zod';
import { MANAGEMENT_PROBLEMS } from './management.problems.js';
import { RequiresScope } from './management.guard.js';
import { type ManagementScope } from './management-scopes.js';

interface OperationOptions {
  readonly scope: ManagementScope;
  readonly summary: string;
  /** What is answered; nothing (204) unless given. */
  readonly answer?: z.ZodType;
  /** 200 unless given. */
  readonly status?: 200 | 201;
  readonly query?: readonly ApiQueryOptions[];
  /** Parameters of the path besides the organization. */
  readonly params?: Readonly<Record<string, string>>;
  /** Problems besides those that every operation may answer. */
  readonly problems?: Readonly<Record<number, readonly string[]>>;
}

/** Makes a handler an operation of the management API: who may call it, and what the documents say. */
export function ManagementOperation(options: OperationOptions): MethodDecorator {
  const { scope, summary, answer, status = 200, query = [], params = {} } = options;
  return applyDecorators(
    RequiresScope(scope),
    ApiOperation({ summary, description: `Needs the scope \`${scope}\`.` }),
    ApiParam({ name: 'org', description: 'The name of the organization, as in its issuer.' }),
    ...Object.entries(params).map(([name, description]) => ApiParam({ name, description })),
    ...query.map((parameter) => ApiQuery(parameter)),
    Problems({ ...MANAGEMENT_PROBLEMS, ...options.problems }),
    ...(answer === undefined
      ? [HttpCode(204), ApiNoContentResponse({ description: 'Done.' })]
      : [
          HttpCode(status),
          SerializeOptions({ schema: answer }),
          ApiResponse({ status, standardSchema: answer, description: '' }),
        ]),
  );
}

const UUID = z.uuid();

/** A schema of an id in a path: what is no UUID names nothing, and is answered like that. */
export const idParam = {
  schema: z.string().transform((id) => (UUID.safeParse(id).success ? id : NOTHING)),
};

/** The nil UUID, which is nobody's. */
const NOTHING = '00000000-0000-0000-0000-000000000000';
