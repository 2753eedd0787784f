import { Problem } from '@nomo/service-kit';

/**
 * The client went away before it had sent everything. Nobody reads the answer; the status
 * (nginx's 499) is for the log and the usage record.
 */
export class ClientAborted extends Problem {
  constructor() {
    super({
      status: 499,
      code: 'client_closed_request',
      detail: 'The connection was closed before the request was complete.',
    });
  }
}
