import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Initiator } from '../audit/audit-events.js';
import { AUDIT, type Audit } from '../audit/audit.js';
import { ConsoleDatabase, type Transaction } from '../database/doors.js';
import { Prisma, type UserIdentity } from '../generated/prisma/client.js';
import { normalizeEmail } from '../keys/keys.repository.js';

/** Somebody, as the provider that has signed them in tells of them. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  /** `undefined` where the provider has not verified it, or has not said any. */
  readonly verifiedEmail: string | undefined;
  readonly name: string | undefined;
}

/** A session that is to be started. */
export interface NewSession {
  readonly id: string;
  readonly tokenHash: Uint8Array;
  readonly providerSession: Uint8Array | undefined;
  readonly idToken: string;
  readonly expiresAt: Date;
  readonly idleExpiresAt: Date;
}

/** Why a person gets no session. Nothing was changed. */
export type SignInRefusal =
  /** They are new, and their address is not known to be theirs. */
  | 'email_unverified'
  /** The customer with their address is somebody else at the same provider. */
  | 'taken';

export type SignedIn =
  | { readonly userId: string; readonly refusal?: undefined }
  | { readonly refusal: SignInRefusal };

/** Who customers are at the provider, and the sessions that begin with it. */
@Injectable()
export class IdentitiesRepository {
  constructor(
    private readonly database: ConsoleDatabase,
    @Inject(AUDIT) private readonly audit: Audit,
  ) {}

  /** The customer who is this person; `undefined` where they have never signed in. */
  async find(issuer: string, subject: string): Promise<string | undefined> {
    const entry = await this.database.withoutTenant((tx) =>
      tx.identityDirectory.findUnique({ where: { issuer_subject: { issuer, subject } } }),
    );
    return entry?.userId;
  }

  /**
   * Starts a session for a person. Whoever signs in for the first time becomes the customer with
   * their verified address, who is made where there is none: all of it or nothing.
   *
   * An address says who somebody is once, when the person is new. From then on the provider's
   * own name for them does: whoever gets the address of somebody else later does not get their
   * account.
   */
  async startSession(
    person: Person,
    session: NewSession,
    initiatedBy: (userId: string) => Initiator,
  ): Promise<SignedIn> {
    try {
      return await this.tryToStart(person, session, initiatedBy);
    } catch (error) {
      // The same person has signed in for the first time twice at once: now they are known.
      if (!isDuplicate(error)) throw error;
      return this.tryToStart(person, session, initiatedBy);
    }
  }

  private async tryToStart(
    person: Person,
    session: NewSession,
    initiatedBy: (userId: string) => Initiator,
  ): Promise<SignedIn> {
    const { issuer } = person;
    const known = await this.find(issuer, person.subject);
    if (known === undefined && person.verifiedEmail === undefined) {
      return { refusal: 'email_unverified' };
    }
    const customer = known ?? (await this.customerWith(person.verifiedEmail));
    const userId = customer ?? randomUUID();
    const initiator = initiatedBy(userId);
    return this.database.withTenant(userId, async (tx) => {
      if (customer === undefined) await this.createUser(tx, userId, person, initiator);
      // What was read before may be out of date: the same person may just have been linked.
      const linked = await tx.userIdentity.findUnique({
        where: { userId_issuer: { userId, issuer } },
      });
      if (linked === null) await this.link(tx, userId, person, initiator);
      else if (linked.subject !== person.subject) return { refusal: 'taken' };
      else await this.updateProfile(tx, linked, person, initiator);
      await this.insertSession(tx, userId, issuer, session, initiator);
      return { userId };
    });
  }

  private async customerWith(email: string | undefined): Promise<string | undefined> {
    if (email === undefined) return undefined;
    const entry = await this.database.withoutTenant((tx) =>
      tx.userDirectory.findUnique({ where: { email: normalizeEmail(email) } }),
    );
    return entry?.userId;
  }

  private async createUser(
    tx: Transaction,
    id: string,
    { verifiedEmail = '' }: Person,
    initiator: Initiator,
  ): Promise<void> {
    await tx.user.create({ data: { id, email: normalizeEmail(verifiedEmail) } });
    await this.audit.recordAudit(tx, {
      ...initiator,
      tenantId: id,
      action: 'user.created',
      target: { type: 'user', id },
    });
  }

  private async link(
    tx: Transaction,
    userId: string,
    { issuer, subject, verifiedEmail = '', name }: Person,
    initiator: Initiator,
  ): Promise<void> {
    const email = normalizeEmail(verifiedEmail);
    await tx.userIdentity.create({
      data: { userId, issuer, subject, email, name: name ?? null },
    });
    await this.audit.recordAudit(tx, {
      ...initiator,
      tenantId: userId,
      action: 'user.identity_linked',
      target: { type: 'user', id: userId },
      details: { issuer },
    });
  }

  /** Takes over what the provider says now. An address that is not verified is not believed. */
  private async updateProfile(
    tx: Transaction,
    { userId, issuer, ...before }: UserIdentity,
    { verifiedEmail, name }: Person,
    initiator: Initiator,
  ): Promise<void> {
    const email = verifiedEmail === undefined ? before.email : normalizeEmail(verifiedEmail);
    if (before.email === email && before.name === (name ?? null)) return;
    await tx.userIdentity.update({
      where: { userId_issuer: { userId, issuer } },
      data: { email, name: name ?? null },
    });
    await this.audit.recordAudit(tx, {
      ...initiator,
      tenantId: userId,
      action: 'user.profile_changed',
      target: { type: 'user', id: userId },
      details: { issuer },
    });
  }

  private async insertSession(
    tx: Transaction,
    userId: string,
    issuer: string,
    { tokenHash, providerSession, ...session }: NewSession,
    initiator: Initiator,
  ): Promise<void> {
    await tx.session.create({
      data: {
        ...session,
        userId,
        issuer,
        tokenHash: Uint8Array.from(tokenHash),
        providerSession:
          providerSession === undefined ? null : Uint8Array.from(providerSession),
      },
    });
    await this.audit.recordAudit(tx, {
      ...initiator,
      tenantId: userId,
      action: 'session.started',
      target: { type: 'session', id: session.id },
      details: { issuer },
    });
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
