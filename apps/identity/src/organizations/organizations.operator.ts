import { Injectable } from '@nestjs/common';
import { SecretBox } from '@nomo/security-core/secret-box';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Mode } from '../realms/realm.js';
import { sealSigningKey } from '../signing-keys/key-rotation.js';
import { generateSigningKey } from '../signing-keys/signing-key.js';
import { SigningKeysRepository } from '../signing-keys/signing-keys.repository.js';
import {
  type ListedOrganization,
  OperatedOrganizationsRepository,
} from './organizations.repository.js';
import { organizationName } from './organizations.schemas.js';

/** A name that cannot stand in a path. */
export class InvalidSlug extends Error {
  readonly code = 'invalid_slug';
}

/** A name for people that is empty or too long. */
export class InvalidName extends Error {
  readonly code = 'invalid_name';
}

/** First parts of paths that belong to the service itself. */
const RESERVED = new Set([
  ...['health', 'metrics', 'docs', 'openapi', 'api', 'assets', 'static', 'well-known'],
  ...['admin', 'console', 'oauth', 'status', 'www'],
]);
const LABEL = /^[a-z0-9]+$/;
/** With `-test` it still fits into a label of 45 characters. */
const LONGEST_SLUG = 40;
const MODES: readonly Mode[] = ['live', 'test'];

/** What an operator does with organizations. */
@Injectable()
export class OrganizationsOperator {
  constructor(
    private readonly organizations: OperatedOrganizationsRepository,
    private readonly keys: SigningKeysRepository,
    private readonly boxes: SecretBox,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Makes an organization with both its modes, each with a signing key and one that is next.
   * Its live issuer is `{base}/{slug}`, its test issuer `{base}/{slug}-test`.
   *
   * @returns its id
   * @throws {InvalidSlug} {InvalidName} {SlugTaken}
   */
  async create(
    { slug, name: given }: { readonly slug: string; readonly name: string },
    origin: Origin,
  ): Promise<string> {
    if (!isSlug(slug)) {
      throw new InvalidSlug(
        `"${slug}" cannot name an organization: 2 to ${LONGEST_SLUG} of a-z, 0-9 and single hyphens, ` +
          'beginning with a letter, not ending with -test, and no name of the service itself',
      );
    }
    const { data: name, error } = organizationName.safeParse(given);
    if (error !== undefined) throw new InvalidName(error.issues[0]?.message);
    const id = uuidv7();
    const fresh = await Promise.all(
      MODES.flatMap((mode) =>
        (['active', 'next'] as const).map(async (status) => {
          const realm = { orgId: id, mode };
          const key = sealSigningKey(this.boxes, realm, await generateSigningKey(), status);
          return { realm, key };
        }),
      ),
    );
    await this.organizations.create(
      { id, name },
      { live: slug, test: `${slug}-test` },
      async (tx) => {
        for (const { realm, key } of fresh) await this.keys.insert(tx, realm, key);
        await this.audit.record(tx, id, origin, {
          action: 'organization.created',
          target: { type: 'organization', id },
          details: { slug },
        });
      },
    );
    return id;
  }

  list(): Promise<ListedOrganization[]> {
    return this.organizations.list();
  }
}

function isSlug(slug: string): boolean {
  return (
    /^[a-z]/.test(slug) &&
    slug.split('-').every((label) => LABEL.test(label)) &&
    slug.length >= 2 &&
    slug.length <= LONGEST_SLUG &&
    !slug.endsWith('-test') &&
    !RESERVED.has(slug)
  );
}
