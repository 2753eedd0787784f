import { z } from 'zod';
import { distinctList } from '../management/distinct-list.js';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type SecurityEvent, SECURITY_EVENT_TYPES } from '../security-events/security-event.js';
import {
  SecurityEventAnswer,
  showSecurityEvent,
} from '../security-events/security-events.schemas.js';
import { type WebhookDelivery, type WebhookEndpoint } from './webhooks.repository.js';

const url = z.url({ protocol: /^https?$/ }).max(2000);
/** What would never be called, or would show a password to whoever reads it. */
const callable = url.refine((address) => {
  const { username, password } = new URL(address);
  return username === '' && password === '' && !address.includes('#');
}, 'This has to be an address without a user, a password or a fragment (#).');
const types = distinctList(z.enum(SECURITY_EVENT_TYPES))
  .max(SECURITY_EVENT_TYPES.length)
  .describe('Which security events are sent; empty for all.');

export const CreateWebhook = z
  .strictObject({ url: callable, types: types.default([]) })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const UpdateWebhook = z
  .strictObject({ url: callable, types })
  .partial()
  .meta({ id: 'UpdateWebhook' });
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const WebhookAnswer = z
  .object({
    id: z.uuid(),
    url,
    types,
    disabled: z
      .boolean()
      .describe('Nothing is sent there; what falls due meanwhile is given up.'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' });
export type WebhookAnswer = z.infer<typeof WebhookAnswer>;

const secret = z
  .string()
  .describe('What signatures are checked with (Standard Webhooks). Shown this once.');

export const CreatedWebhookAnswer = WebhookAnswer.extend({ secret }).meta({
  id: 'CreatedWebhook',
});
export type CreatedWebhookAnswer = z.infer<typeof CreatedWebhookAnswer>;

export const RotatedWebhookSecretAnswer = z
  .object({
    secret,
    graceEndsAt: z.iso
      .datetime()
      .describe('Until then every delivery is signed with the old secret, too.'),
  })
  .meta({ id: 'RotatedWebhookSecret' });
export type RotatedWebhookSecretAnswer = z.infer<typeof RotatedWebhookSecretAnswer>;

export const WebhookPage = pageOf(WebhookAnswer).meta({ id: 'WebhookPage' });
export type WebhookPage = z.infer<typeof WebhookPage>;

export const WebhooksQuery = z.strictObject(pageQuery);
export type WebhooksQuery = z.infer<typeof WebhooksQuery>;

export const DeliveryPage = pageOf(
  z
    .object({
      id: z.uuid().describe('The `webhook-id` of every attempt.'),
      eventId: z.uuid(),
      status: z.enum(['pending', 'delivered', 'failed']),
      attempts: z.int(),
      lastStatus: z.int().nullable().describe('What the endpoint answered last.'),
      lastError: z.string().nullable(),
      createdAt: z.iso.datetime(),
      deliveredAt: z.iso.datetime().nullable(),
    })
    .meta({ id: 'WebhookDelivery' }),
).meta({ id: 'WebhookDeliveryPage' });
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/** What an endpoint is sent. */
export const WebhookMessage = SecurityEventAnswer.extend({
  mode: z.enum(['live', 'test']).describe('In which mode of the organization it happened.'),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** A security event as it is sent. */
export function messageOf(mode: WebhookMessage['mode'], event: SecurityEvent): WebhookMessage {
  return { mode, ...showSecurityEvent(event) };
}

/** An endpoint as it is answered: without its secret. */
export function showWebhook(endpoint: WebhookEndpoint): WebhookAnswer {
  const { id, url, types, createdAt, disabledAt } = endpoint;
  return {
    id,
    url,
    types: [...types],
    disabled: disabledAt !== undefined,
    createdAt: createdAt.toISOString(),
  };
}

/** A delivery as it is answered. */
export function showDelivery(delivery: WebhookDelivery): DeliveryPage['items'][number] {
  const { id, eventId, status, attempts, lastStatus, lastError, createdAt, deliveredAt } =
    delivery;
  return {
    id,
    eventId,
    status,
    attempts,
    lastStatus: lastStatus ?? null,
    lastError: lastError ?? null,
    createdAt: createdAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
  };
}
