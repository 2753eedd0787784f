import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { PerRequest, Problem } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Realm } from './realm.js';
import { RealmsService } from './realms.service.js';

const realms = new PerRequest<Realm>();

/** Finds the realm that the parameter `org` of the path names, before anything else is done. */
@Injectable()
export class RealmGuard implements CanActivate {
  constructor(private readonly service: RealmsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const slug = request.params['org'];
    const realm = typeof slug === 'string' ? await this.service.find(slug) : undefined;
    if (realm === undefined) throw noSuchRealm();
    realms.set(request, realm);
    return true;
  }
}

/** What a path gets that names no realm. */
export function noSuchRealm(): Problem {
  return new Problem({ status: 404, detail: 'There is nothing here.' });
}

/** The realm of a request. Only for handlers behind {@link RealmGuard}. */
export function realmOfRequest(request: Request): Realm {
  const realm = realms.get(request);
  if (realm === undefined) throw new Error('the route has no realm');
  return realm;
}

/** Injects the realm of the request into a handler behind {@link RealmGuard}. */
export const CurrentRealm = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  realmOfRequest(context.switchToHttp().getRequest<Request>()),
);
