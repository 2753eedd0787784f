import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { Problem, readCookie, requestContext } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { BROWSER_COOKIE } from '../oauth/browser/browser-cookies.js';
import { RequestAborted } from '../oauth/http/forms.js';
import { InteractionGone } from '../oauth/interactions/interaction.js';
import { type Realm } from '../realms/realm.js';
import { realmOfRequest } from '../realms/realm.guard.js';
import { PasswordHasherBusy } from '../users/passwords/password-hasher.js';
import { type FormFault, FormRefused } from './forms/form-fields.js';
import { ForeignForm } from './forms/posted-forms.js';
import { sendPage } from './page-sender.js';
import { type Notice, noticePage } from './pages/notice-page.js';

interface Failure extends Pick<Notice, 'title' | 'text' | 'icon'> {
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string | undefined;
}

const FORM_STATUSES: Readonly<Record<FormFault, number>> = {
  not_a_form: 415,
  too_large: 413,
  too_many_fields: 400,
  malformed: 400,
};

const OVERLOADED = {
  status: 503,
  code: 'unavailable',
  title: 'We cannot answer right now',
  text: ['Nothing is lost. Wait a moment, then go back and try again.'],
  icon: 'clock',
} as const satisfies Failure;

const OURS = {
  status: 500,
  code: 'internal_error',
  title: 'Something went wrong on our side',
  text: ['Go back and try again. If it happens again, tell us the request below.'],
} as const satisfies Failure;

/** Turns whatever a page's handler throws into a page, and what nobody expected into a log line. */
@Catch()
export class PagesFilter implements ExceptionFilter {
  private readonly logger = new Logger('Pages');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { id: requestId, signal } = requestContext(request);
    // Nobody is left to answer, or somebody has answered: that the time was over.
    if (signal.aborted || thrown instanceof RequestAborted) return;

    const failure = failureOf(thrown, request);
    if (failure === OURS) this.logger.error({ requestId, err: thrown }, 'page failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, retryAfter, ...notice } = failure;
    const page = noticePage(hostOf(request), { ...notice, mood: 'bad', showRequestId: true });
    sendPage(
      response,
      status,
      page,
      retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    );
  }
}

function failureOf(thrown: unknown, request: Request): Failure {
  if (thrown instanceof InteractionGone) {
    return {
      status: 410,
      code: thrown.code,
      title: 'This page is over',
      text: [
        'It was used already, waited for too long, or belongs to another browser.',
        'Go back to the application and start again there.',
        ...(readCookie(request, BROWSER_COOKIE) === undefined
          ? ['Cookies have to be allowed for it: this browser has sent none of ours.']
          : []),
      ],
      icon: 'clock',
    };
  }
  if (thrown instanceof ForeignForm) {
    return {
      status: 403,
      code: thrown.code,
      title: 'This page is out of date',
      text: [
        'For your safety we took nothing from it: it did not come from the page that we last showed to this browser.',
        'Go back, load the page again, and try once more. Cookies have to be allowed for it.',
      ],
    };
  }
  if (thrown instanceof FormRefused) {
    return {
      status: FORM_STATUSES[thrown.fault],
      code: thrown.code,
      title: 'We could not read this form',
      text: ['Go back, load the page again, and try once more.'],
    };
  }
  if (thrown instanceof PasswordHasherBusy) return { ...OVERLOADED, retryAfter: '2' };
  return thrown instanceof Problem ? failureOfProblem(thrown) : OURS;
}

function failureOfProblem({ status, headers, code }: Problem): Failure {
  if (status === 404) {
    return {
      status,
      code,
      title: 'There is nothing here',
      text: ['Check the address, or go back to where you came from.'],
    };
  }
  if (status === 503) return { ...OVERLOADED, retryAfter: headers['Retry-After'] };
  return OURS;
}

/** A page that is nobody's, where the path names nobody. */
function hostOf(request: Request): Realm | undefined {
  try {
    return realmOfRequest(request);
  } catch {
    return undefined;
  }
}
