import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PerRequest } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { keyInHeader, type PresentedKey } from '../keys/presented-key.js';
import { Gate } from './gate.service.js';
import { type Admission, type GateRequirement } from './gate.types.js';
import { quotaHeaders } from './rate-limit-headers.js';

const REQUIREMENT = 'gate:requirement';
const admissions = new PerRequest<Admission>();
const keysFoundElsewhere = new PerRequest<PresentedKey>();

/** Has the gate take this key for the request's, whatever its `x-api-key` header says. */
export function presentKey(request: Request, key: PresentedKey): void {
  keysFoundElsewhere.set(request, key);
}

/** The key that a request came with. Only for handlers behind {@link RequiresApiKey}. */
export function admissionOf(request: Request): Admission {
  const admission = admissions.get(request);
  if (admission === undefined) throw new Error('the route has no gate');
  return admission;
}

/** Lets requests through whose key the gate admits. */
@Injectable()
export class GateGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly gate: Gate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.getAllAndOverride<GateRequirement | undefined>(
      REQUIREMENT,
      [context.getHandler(), context.getClass()],
    );
    if (requirement === undefined)
      throw new Error('a gate without a requirement opens nothing');
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const key = keysFoundElsewhere.get(request) ?? keyInHeader(request.headers['x-api-key']);
    const admission = await this.gate.admit(key, requirement);
    admissions.set(request, admission);
    http.getResponse<Response>().set(quotaHeaders(admission.quota));
    return true;
  }
}

/** Puts the gate before a route or a controller. It runs before anything of the body is read. */
export function RequiresApiKey(requirement: GateRequirement): ClassDecorator & MethodDecorator {
  return applyDecorators(AsksOfKey(requirement), UseGuards(GateGuard));
}

/** What the gate asks of a key, where another guard decides whether the gate is asked. */
export function AsksOfKey(requirement: GateRequirement): ClassDecorator & MethodDecorator {
  return SetMetadata(REQUIREMENT, requirement);
}
