import { type OAuthContext } from '../context.js';
import { OAuthError, type OAuthErrorCode } from '../errors.js';
import { type Application } from '../model/application.js';
import { type Consent } from '../model/authorization.js';
import { type SignIn } from '../model/user.js';
import { type OAuthTransaction } from '../ports/store.js';
import { accessAskedFor } from '../rules/consent.js';
import { secondsAfter } from '../time.js';
import { drawOpaqueToken } from '../tokens/opaque-token.js';
import { type AuthorizationRequest } from './authorization-request.js';
import { keepConsent } from './keep-consent.js';
import { type AuthorizationOutcome, type Interaction } from './outcome.js';
import { respondWithCode, respondWithError } from './respond.js';
import { authorizationDecisions as rules } from './rules.js';
import { type Visit } from './visit.js';

/** A code to answer with, a page to show, or a refusal that the application is to hear of. */
type Decision =
  { readonly code: string } | { readonly ask: Interaction } | { readonly refusal: OAuthError };

/** What `prompt=none` is told where a page would have to be shown (OpenID Connect Core §3.1.2.6). */
const refusalOfPage = {
  login: 'login_required',
  select_account: 'account_selection_required',
  consent: 'consent_required',
} as const satisfies Record<Interaction['page'], OAuthErrorCode>;

/**
 * Decides about a request that has passed its rules (OpenID Connect Core §3.1.2.3 to §3.1.2.6),
 * in one transaction: what the user said, and the code that follows from it, or neither. The
 * answer is the transaction's result, so that a store may keep it with what it rests on.
 */
export async function decide(
  context: OAuthContext,
  application: Application,
  request: AuthorizationRequest,
  visit: Visit,
): Promise<AuthorizationOutcome> {
  const outcomeOf = (decision: Decision): AuthorizationOutcome => {
    if ('ask' in decision) return { kind: 'interaction', ask: decision.ask, request };
    return 'code' in decision
      ? respondWithCode(context, request, decision.code)
      : respondWithError(context, request, decision.refusal);
  };
  return context.store
    .transaction(async (tx) =>
      outcomeOf(await decisionIn(tx, context, application, request, visit)),
    )
    .catch((error: unknown) => {
      // A rule of the decision itself. What was put before it is taken back.
      if (error instanceof OAuthError) return outcomeOf({ refusal: error });
      throw error;
    });
}

async function decisionIn(
  tx: OAuthTransaction,
  context: OAuthContext,
  application: Application,
  request: AuthorizationRequest,
  visit: Visit,
): Promise<Decision> {
  if (visit.cancelled) return { refusal: denied('The user did not sign in') };
  const now = context.clock.now();
  const { signIn, consent } = await standing(tx, application, visit);
  const ask = nextPage({ context, application, request, visit, signIn, consent });
  const answer = answerTo(ask, visit);
  if (answer?.granted === false && signIn !== undefined) {
    await tx.recordAudit({
      action: 'consent.denied',
      actor: { type: 'user', id: signIn.userId },
      clientId: application.clientId,
      userId: signIn.userId,
      scope: request.scope,
    });
    return { refusal: denied('The user denied access') };
  }
  if (ask !== undefined && answer === undefined) {
    if (!request.prompt.includes('none')) return { ask };
    return {
      refusal: new OAuthError(refusalOfPage[ask.page], 'The user would have to be asked'),
    };
  }
  if (signIn === undefined) throw new Error('Without a sign-in there is a page to ask for');
  if (ask?.page === 'consent') {
    await keepConsent(tx, application.clientId, signIn, ask.access, now);
  }
  return { code: await issueCode(context, tx, request, signIn, now) };
}

/** Somebody else may have signed in meanwhile: an answer counts for who gave it. */
function answerTo(ask: Interaction | undefined, { consent }: Visit): Visit['consent'] {
  return ask?.page === 'consent' && consent?.userId === ask.userId ? consent : undefined;
}

/** Who is signed in, and what they let the application have. */
interface Standing {
  readonly signIn: SignIn | undefined;
  readonly consent: Consent | undefined;
}

const NOBODY: Standing = { signIn: undefined, consent: undefined };

/** A session of a user who was deactivated since is none. */
async function standing(
  tx: OAuthTransaction,
  { clientId }: Application,
  { signIn }: Visit,
): Promise<Standing> {
  if (signIn === undefined) return NOBODY;
  const { userId } = signIn;
  const [user, consent] = await Promise.all([
    tx.findUser(userId),
    tx.findConsent({ userId, clientId }),
  ]);
  return user === undefined ? NOBODY : { signIn, consent };
}

function nextPage({
  context,
  application,
  request,
  visit,
  signIn,
  consent,
}: Standing & {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly request: AuthorizationRequest;
  readonly visit: Visit;
}): Interaction | undefined {
  if (signIn === undefined || rules.needsLogin(request, signIn, context.clock.now()))
    return { page: 'login' };
  const { userId } = signIn;
  const signedInSince = signIn.authenticatedAt.getTime() >= request.receivedAt;
  const interacted = signedInSince || visit.selectedUserId === userId;
  if (request.prompt.includes('select_account') && !interacted) {
    return { page: 'select_account', userId };
  }
  const access = accessAskedFor(context, application, request);
  return rules.consentNeeded({ application, request, access, consent, interacted })
    ? { page: 'consent', userId, access }
    : undefined;
}

async function issueCode(
  context: OAuthContext,
  tx: OAuthTransaction,
  request: AuthorizationRequest,
  signIn: SignIn,
  now: Date,
): Promise<string> {
  const { clientId, scope, resources, nonce, claims, redirectUri, codeChallenge } = request;
  const { token, digest } = drawOpaqueToken(context);
  await tx.insertAuthorizationCode({
    digest,
    authorization: {
      clientId,
      userId: signIn.userId,
      sessionId: signIn.sessionId,
      scope,
      resources,
      authenticatedAt: signIn.authenticatedAt,
      amr: signIn.amr,
      ...(signIn.acr !== undefined && { acr: signIn.acr }),
      ...(nonce !== undefined && { nonce }),
      ...(claims !== undefined && { claims }),
    },
    redirectUri,
    codeChallenge,
    ...(request.dpopJkt !== undefined && { dpopJkt: request.dpopJkt }),
    expiresAt: secondsAfter(now, context.settings.lifetimes.authorizationCode),
  });
  await tx.recordAudit({
    action: 'authorization.granted',
    actor: { type: 'user', id: signIn.userId },
    clientId,
    userId: signIn.userId,
    scope,
  });
  return token;
}

function denied(description: string): OAuthError {
  return new OAuthError('access_denied', description);
}
