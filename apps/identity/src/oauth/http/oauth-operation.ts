import { applyDecorators, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { Problems } from '@nomo/service-kit';
import { RealmGuard } from '../../realms/realm.guard.js';
import { withOAuthError } from './oauth-problem.js';

interface OperationOptions {
  readonly summary: string;
  /** Where it is written what it reads and answers. */
  readonly source: string;
  readonly status?: number;
  /** It reads a form. */
  readonly form?: boolean;
}

@Injectable()
class OAuthRealmGuard extends RealmGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return withOAuthError(() => super.canActivate(context));
  }
}

/** Makes a handler an endpoint of a realm: 404 where there is no such realm, and what the documents say. */
export function OAuthOperation({
  summary,
  source,
  status = 200,
  form = false,
}: OperationOptions): MethodDecorator {
  return applyDecorators(
    UseGuards(OAuthRealmGuard),
    ApiOperation({
      summary,
      description: `${source}. Refusals are as the RFC says: \`error\` and \`error_description\`, which problems that pass (429, 503) have as well.`,
      // They authenticate by means of their own.
      security: [],
      ...(form && {
        requestBody: {
          required: true,
          content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
        },
      }),
    }),
    ApiParam({ name: 'org', description: 'The name of the organization, as in its issuer.' }),
    ApiResponse({ status, description: '' }),
    Problems({ 404: ['not_found'], 429: ['too_many_failures'], 503: ['unavailable'] }),
  );
}
