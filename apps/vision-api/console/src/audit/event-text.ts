import { type AuditEvent } from '../api/schemas.js';
import { operationLabel } from '../texts/operations.js';
import { dayText } from '../texts/times.js';

const actions = new Map(
  Object.entries({
    'user.created': 'Account created',
    'user.identity_linked': 'Sign-in linked',
    'user.profile_changed': 'Name or address changed at the provider',
    'session.started': 'Signed in',
    'session.ended': 'Signed out',
    'api_key.created': 'Key created',
    'api_key.revoked': 'Key revoked',
  }),
);

const sessionEnds = new Map(
  Object.entries({
    signed_out: 'by you',
    signed_out_everywhere: 'everywhere, by you',
    ended_by_provider: 'by the sign-in provider',
    replaced: 'by a newer sign-in',
    expired: 'its time was over',
  }),
);

/** What happened; an action that this page does not know yet, by its own name. */
export function actionText(action: string): string {
  return actions.get(action) ?? action;
}

/** The particulars of an event in a line; empty where the action says it all. */
export function detailText({ details }: Pick<AuditEvent, 'details'>): string {
  const parts = Object.entries(details).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    if (name === 'reason') return [sessionEnds.get(plain(value)) ?? plain(value)];
    if (name === 'scopes' && Array.isArray(value)) {
      return [value.map((scope) => operationLabel(String(scope))).join(', ')];
    }
    if (name === 'mode') return [`${plain(value)} key`];
    if (name === 'playground') return ['for the playground'];
    if (name === 'expiresAt' && typeof value === 'string') return [`expires ${dayText(value)}`];
    if (name === 'issuer') return [plain(value)];
    return [`${name}: ${plain(value)}`];
  });
  return parts.join(' · ');
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
