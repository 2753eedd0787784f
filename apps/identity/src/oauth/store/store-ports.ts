import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { ConsentsService } from '../../consents/consents.service.js';
import { Pipelines } from '../../database/pipelines.js';
import { SecurityEventsRecorder } from '../../security-events/security-events.recorder.js';
import { KnownApplications } from '../contexts/known-applications.js';
import { LogoutOutbox } from '../logout/logout-outbox.js';
import { AccessTokenStates } from './access-token-states.js';
import { RefreshTokens } from './refresh-tokens.js';

/** What every store of a request uses. */
@Injectable()
export class StorePorts {
  constructor(
    readonly applications: KnownApplications,
    readonly consents: ConsentsService,
    readonly audit: AuditTrail,
    readonly events: SecurityEventsRecorder,
    readonly logouts: LogoutOutbox,
    readonly pipelines: Pipelines,
    readonly accessTokens: AccessTokenStates,
    readonly refreshTokens: RefreshTokens,
  ) {}
}
