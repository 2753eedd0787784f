import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type Access, type Authorization } from '../model/authorization.js';
import { type DeviceCode } from '../model/device-code.js';
import { type SignIn } from '../model/user.js';
import { type OAuthTransaction } from '../ports/store.js';
import { keepConsent } from '../authorization/keep-consent.js';
import { accessAskedFor } from '../rules/consent.js';
import { scopeOfApplication } from '../rules/scope-of-application.js';
import { readUserCode, userCodeDigest } from './user-code.js';

/** What the hosted page shows before the user decides (RFC 8628 §3.3). */
export interface DeviceRequest {
  readonly application: Application;
  readonly access: Access;
}

/**
 * Finds what a device asks for, by what its user typed or followed. Whoever serves the page has to
 * limit how often one address may try (§5.1), and to show the user the code again: somebody else
 * may have sent the link (§5.4).
 *
 * @returns Undefined: no such code, or it is decided or expired. Which of these is not said.
 */
export async function findDeviceRequest(
  context: OAuthContext,
  typed: string,
): Promise<DeviceRequest | undefined> {
  return context.store.transaction(async (tx) => {
    const found = await find(tx, context, typed);
    return (
      found && {
        application: found.application,
        access: accessAskedFor(context, found.application, found.code),
      }
    );
  });
}

/**
 * Notes what a signed-in user decided about a device, once.
 *
 * @returns False if there is nothing to decide any more, or the user is not active.
 */
export async function decideDeviceRequest(
  context: OAuthContext,
  {
    typed,
    signIn,
    approved,
  }: { readonly typed: string; readonly signIn: SignIn; readonly approved: boolean },
): Promise<boolean> {
  return context.store.transaction(async (tx) => {
    const found = await find(tx, context, typed);
    const user = await tx.findUser(signIn.userId);
    if (found === undefined || user === undefined) return false;
    const { application, code } = found;
    const { digest, clientId } = code;
    const now = context.clock.now();
    const authorization = authorizationOf(application, code, signIn);
    const decided = await tx.decideDeviceCode({
      digest,
      now,
      decision: approved ? { kind: 'approved', authorization } : { kind: 'denied' },
    });
    if (!decided) return false;
    if (approved) {
      const access = accessAskedFor(context, application, authorization);
      await keepConsent(tx, clientId, signIn, access, now);
    }
    await tx.recordAudit({
      action: approved ? 'device.approved' : 'device.denied',
      actor: { type: 'user', id: user.id },
      clientId,
      userId: user.id,
    });
    return true;
  });
}

async function find(
  tx: OAuthTransaction,
  context: OAuthContext,
  typed: string,
): Promise<{ readonly code: DeviceCode; readonly application: Application } | undefined> {
  const read = readUserCode(typed);
  if (read === undefined) return undefined;
  const code = await tx.findDeviceCodeByUserCode(
    userCodeDigest(context, read),
    context.clock.now(),
  );
  const application = code && (await tx.findApplication(code.clientId));
  return code && application && { code, application };
}

function authorizationOf(
  application: Application,
  code: DeviceCode,
  signIn: SignIn,
): Authorization {
  return {
    clientId: code.clientId,
    userId: signIn.userId,
    sessionId: signIn.sessionId,
    scope: scopeOfApplication(application, code.scope),
    resources: code.resources,
    authenticatedAt: signIn.authenticatedAt,
    ...(signIn.acr !== undefined && { acr: signIn.acr }),
    amr: signIn.amr,
  };
}
