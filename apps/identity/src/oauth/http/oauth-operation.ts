import { applyDecorators, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import {
  ApiOperation,
  type ApiOperationOptions,
  ApiParam,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { Problems } from '@nomo/service-kit';
import { RealmGuard } from '../../realms/realm.guard.js';
import { OAUTH_DOCUMENTS, OAUTH_ERROR, type OAuthDocument } from './oauth-documents.js';
import { withOAuthError } from './oauth-problem.js';

type RequestBody = NonNullable<ApiOperationOptions['requestBody']>;

const SEE_OTHER = 303;

interface OperationOptions {
  /** What it is sent and answers; nothing that is to be said here unless given. */
  readonly endpoint?: keyof typeof OAUTH_DOCUMENTS;
  readonly summary: string;
  /** Where it is written what it reads and answers. */
  readonly source: string;
  readonly status?: number;
  /** What it answers, where that is all that is to be said of it. */
  readonly answer?: OAuthDocument['answer'];
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
  endpoint,
  summary,
  source,
  status = 200,
  answer = endpoint && (OAUTH_DOCUMENTS[endpoint] as OAuthDocument).answer,
  form = false,
}: OperationOptions): MethodDecorator {
  const document: OAuthDocument | undefined = endpoint && OAUTH_DOCUMENTS[endpoint];
  return applyDecorators(
    UseGuards(OAuthRealmGuard),
    ApiOperation({
      summary,
      description: `${source}. Refusals are as the RFC says: \`error\` and \`error_description\`, which problems that pass (429, 503) have as well.`,
      // They authenticate by means of their own.
      security: [],
      ...(form && document && { requestBody: formOf(document) }),
    }),
    ApiParam({ name: 'org', description: 'The name of the organization, as in its issuer.' }),
    ...(form || document === undefined || document.inFormAlone ? [] : queryOf(document)),
    ApiResponse({
      status,
      description: '',
      ...(answer && { content: { 'application/json': { schema: answer } } }),
    }),
    ...(endpoint === undefined ? [] : refusalsOf(status, endpoint)),
    ...(form && status !== SEE_OTHER ? [TOO_LARGE] : []),
    Problems({ 404: ['not_found'], 429: ['too_many_failures'], 503: ['unavailable'] }),
  );
}

const TOO_LARGE = ApiResponse({
  status: 413,
  description: 'The form has more than 64 KB.',
  content: { 'application/json': { schema: OAUTH_ERROR } },
});

function formOf({ parameters, required }: OAuthDocument): RequestBody {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([name, description]) => [
      name,
      { type: 'string' as const, description },
    ]),
  );
  const schema = { type: 'object' as const, properties, required: [...required] };
  return { required: true, content: { 'application/x-www-form-urlencoded': { schema } } };
}

function queryOf({ parameters, required }: OAuthDocument): MethodDecorator[] {
  return Object.entries(parameters).map(([name, description]) =>
    ApiQuery({ name, description, required: required.includes(name), type: String }),
  );
}

/** Browsers are sent on with a refusal, or shown a page where nobody may be told. */
function refusalsOf(status: number, endpoint: keyof typeof OAUTH_DOCUMENTS): MethodDecorator[] {
  if (status === SEE_OTHER) {
    const description = 'A page: the request names no application that may be told.';
    const content = { 'text/html': {} };
    return [
      ApiResponse({ status: 200, description: 'A page, for the user to read.', content }),
      ApiResponse({ status: 400, description, content }),
    ];
  }
  const content = { 'application/json': { schema: OAUTH_ERROR } };
  return [
    ApiResponse({ status: 400, description: 'The request is refused.', content }),
    endpoint === 'userinfo'
      ? ApiResponse({
          status: 401,
          description:
            'The token is missing or not good. `WWW-Authenticate` says what is wrong.',
          content: {},
        })
      : ApiResponse({ status: 401, description: 'The application is not proved.', content }),
  ];
}
