import { type AuditActor } from '@nomo/audit';
import { requestContext } from '@nomo/service-kit';
import { type Request } from 'express';

/** Who did something, and from where: what every audit event and security event carries. */
export interface Origin {
  readonly actor: AuditActor;
  readonly requestId?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** The origin of what a request does. */
export function originOf(request: Request, actor: AuditActor): Origin {
  const { id, clientAddress } = requestContext(request);
  const userAgent = request.headers['user-agent'];
  return { actor, requestId: id, ip: addressOf(clientAddress), userAgent };
}

/** A connection that is gone already has no address, and the audit trail takes none that is empty. */
export function addressOf(clientAddress: string): string | undefined {
  return clientAddress === '' ? undefined : clientAddress;
}

/** What a person does at the command line. */
export const OPERATOR: Origin = { actor: { type: 'operator', id: 'command-line' } };

/** What the worker does by itself. */
export const WORKER: Origin = { actor: { type: 'service', id: 'namoid-worker' } };
