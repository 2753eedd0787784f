import { z } from 'zod';

import { defineAuditEvents } from '../src/index.js';

/** The catalogue of a small app. */
export const audit = defineAuditEvents(
  {
    'thing.created': z.strictObject({ name: z.string() }),
    'thing.tagged': z.strictObject({
      tags: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      number: z.number().optional(),
      note: z.string().optional(),
    }),
    'thing.removed': z.strictObject({}),
  },
  { redaction: { names: ['aadhaar'], patterns: [/\b\d{4}-\d{4}-\d{4}\b/gu] } },
);

/** What does not matter in an event. */
export function context(tenantId: string): {
  tenantId: string;
  actor: { type: 'user'; id: string };
  target: { type: string; id: string };
} {
  return {
    tenantId,
    actor: { type: 'user', id: tenantId },
    target: { type: 'thing', id: 'thing-1' },
  };
}
