import { StandardSchemaValidationPipe } from '@nestjs/common';
import { type StandardSchemaV1 } from '@standard-schema/spec';
import { validateInput } from '../../validation.js';

/** Validates what handlers are given by its `schema`, in the words of {@link validateInput}. */
export class InputPipe extends StandardSchemaValidationPipe {
  /** @throws {Problem} 400 `invalid_request` */
  protected override async validate<Output = unknown>(
    value: unknown,
    schema: StandardSchemaV1,
  ): Promise<StandardSchemaV1.SuccessResult<Output>> {
    return { value: (await validateInput(schema, value)) as Output };
  }
}
