import { type AuditEvent } from '@nomo/oauth-engine';
import { type Recorded } from '../../audit/audit-trail.js';
import { type Mode } from '../../realms/realm.js';

/** An event of the engine as the catalogue of the audit trail has it. */
export function catalogueEventOf(event: AuditEvent, mode: Mode): Recorded {
  switch (event.action) {
    case 'consent.granted': {
      const { action, clientId, userId, scope, resourceScope } = event;
      const given = { scopes: [...scope], resourceScopes: [...resourceScope] };
      return {
        action,
        target: { type: 'application', id: clientId },
        details: { mode, clientId, userId, ...given },
      };
    }
    case 'authorization.granted':
    case 'consent.denied': {
      const { action, clientId, userId, scope } = event;
      return {
        action,
        target: { type: 'application', id: clientId },
        details: { mode, clientId, userId, scopes: [...scope] },
      };
    }
    case 'grant.issued':
    case 'grant.refreshed': {
      const { action, grantId, clientId, userId } = event;
      return {
        action,
        target: { type: 'grant', id: grantId },
        details: { mode, clientId, userId },
      };
    }
    case 'grant.revoked': {
      const { action, grantId, clientId, reason } = event;
      return {
        action,
        target: { type: 'grant', id: grantId },
        details: { mode, clientId, reason },
      };
    }
    case 'access_token.revoked': {
      const { action, clientId, jti } = event;
      return { action, target: { type: 'access_token', id: jti }, details: { mode, clientId } };
    }
    case 'device.approved':
    case 'device.denied': {
      const { action, clientId, userId } = event;
      return {
        action,
        target: { type: 'application', id: clientId },
        details: { mode, clientId, userId },
      };
    }
    case 'session.ended': {
      const { action, sessionId, userId } = event;
      return { action, target: { type: 'session', id: sessionId }, details: { mode, userId } };
    }
  }
}
