import { z } from 'zod';

/** The queue that says "look at this logout". The hash tag keeps its keys on one Redis node. */
export const LOGOUT_QUEUE = { name: 'logouts', prefix: '{namoid}' } as const;

/** All a job knows: whom to tell is read from the database when they are told. */
export const LogoutJob = z.strictObject({ orgId: z.uuid(), deliveryId: z.uuid() });

export type LogoutJob = z.infer<typeof LogoutJob>;
