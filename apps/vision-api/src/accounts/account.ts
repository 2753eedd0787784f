import { PerRequest, requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Initiator } from '../audit/audit-events.js';

/** The customer for whom a request acts, and who is at work. */
export interface Account {
  readonly userId: string;
  readonly actor: Initiator['actor'];
}

const accounts = new PerRequest<Account>();

/** Notes for whom a request acts, once that has been proved. */
export function setAccount(request: Request, account: Account): void {
  accounts.set(request, account);
}

/** For whom a request acts. Only for handlers behind a guard that has found out. */
export function accountOf(request: Request): Account {
  const account = accounts.get(request);
  if (account === undefined) throw new Error('the route has no guard that knows the customer');
  return account;
}

/** Who is behind a request that has an account, for the audit trail. */
export function initiatorOf(request: Request): Initiator {
  return initiatedBy(request, accountOf(request).actor);
}

/** Who is behind a request, for the audit trail. */
export function initiatedBy(request: Request, actor: Initiator['actor']): Initiator {
  const { id, clientAddress } = requestContext(request);
  const userAgent = request.headers['user-agent'];
  return {
    actor,
    requestId: id,
    // Nothing where the connection is gone already.
    ...(clientAddress !== '' && { ip: clientAddress }),
    ...(userAgent !== undefined && { userAgent }),
  };
}
