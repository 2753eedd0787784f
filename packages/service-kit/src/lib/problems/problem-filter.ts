import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  NotFoundException,
} from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { Problem, PROBLEM_MEDIA_TYPE } from '../../problem.js';
import { type HttpServiceDefinition } from '../../service-definition.js';
import { answerFailure } from './answer-failure.js';

/** Turns whatever was thrown into an answer, and what the client must not know into a log line. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @param allowedMethods the methods that a path of this service knows */
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: (path: string) => readonly string[],
    private readonly notFoundPage: HttpServiceDefinition['notFoundPage'],
  ) {}

  catch(failure: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (!isUnmatchedRoute(failure, request)) {
      answerFailure(this.logger, request, response, failure);
      return;
    }
    const problem = unmatchedRoute(this.allowedMethods(request.path));
    const sendPage = (): void => this.notFoundPage?.(response);
    const showsPage =
      this.notFoundPage !== undefined && problem.status === 404 && prefersPages(request);
    answerFailure(this.logger, request, response, problem, showsPage ? sendPage : undefined);
  }
}

/**
 * Nest's own handler throws this when no route has matched. Then there is no `route`, except
 * for HEAD: Express leaves there the route that it has tried and that has no GET.
 */
function isUnmatchedRoute(failure: unknown, { route, method }: Request): boolean {
  if (!(failure instanceof NotFoundException)) return false;
  const { methods } = (route ?? { methods: {} }) as { methods: Record<string, boolean> };
  return methods[method.toLowerCase()] !== true && !(method === 'HEAD' && methods['get']);
}

/** As browsers do. Who takes anything, as programs say, is no person. */
function prefersPages(request: Request): boolean {
  return request.accepts([PROBLEM_MEDIA_TYPE, 'application/json', 'text/html']) === 'text/html';
}

function unmatchedRoute(allowed: readonly string[]): Problem {
  if (allowed.length === 0) {
    return new Problem({ status: 404, detail: 'There is nothing at this path.' });
  }
  const methods = allowed.join(', ');
  return new Problem({
    status: 405,
    detail: `This path answers to ${methods}.`,
    headers: { allow: methods },
  });
}
