import { type Realm } from '../realms/realm.js';
import { RealmsService } from '../realms/realms.service.js';
import { CommandFailure } from './command-failure.js';
import { type Operator } from './operator-context.js';

/** The realm that `--organization` names. @throws {CommandFailure} where there is none */
export async function realmOf(operator: Operator, slug: string): Promise<Realm> {
  const realm = await operator.get(RealmsService).find(slug);
  if (realm !== undefined) return realm;
  const name = slug.replace(/-test$/u, '');
  const orMode = name === slug ? '' : `, nor a test mode ${slug} of it`;
  throw new CommandFailure(
    `There is no organization ${name}${orMode}: see "organizations list".`,
  );
}

/** The option that every command about a realm has. */
export const ORGANIZATION = [
  '--organization <slug>',
  'the name of the organization in its issuer; with -test its test mode',
] as const;
