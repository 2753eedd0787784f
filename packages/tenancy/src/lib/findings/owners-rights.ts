import { type TenancyFinding, type TenancyRules } from '../../rules.js';
import { type Catalog } from '../catalog.js';

/** What reads and writes with the rights of its owner instead of its caller's. */
export function ownersRightsFindings(catalog: Catalog, rules: TenancyRules): TenancyFinding[] {
  const views = catalog.views
    .filter(({ asCaller }) => !asCaller)
    .map(({ name }): TenancyFinding => {
      const message = `The view ${name} reads with the rights of its owner: it needs security_invoker.`;
      return { kind: 'view-as-owner', subject: name, message };
    });
  const functions = catalog.definers
    .filter(
      ({ name, callers }) =>
        callers.length > 0 && !Object.hasOwn(rules.securityDefiners ?? {}, name),
    )
    .map(({ name, callers }): TenancyFinding => {
      const message = `The function ${name} runs with the rights of its owner and can be called by ${callers.join(', ')}.`;
      return { kind: 'function-as-owner', subject: name, message };
    });
  return [...views, ...functions];
}
