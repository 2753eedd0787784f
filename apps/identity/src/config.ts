import { checkpointEnvironment } from '@nomo/audit/environment';
import { serviceEnvironment } from '@nomo/service-kit';
import { z } from 'zod';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** 32 bytes are 43 characters in base64url without its padding. */
const KEY_IN_BASE64 = /^[\w+/-]{43}=?$/;

const shared = {
  BASE_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe(
      'What every issuer and every link begins with, such as https://id.example.com. Never taken from a request.',
    ),
  DATABASE_URL_API: postgresUrl.describe(
    'PostgreSQL connection string of the identity database, as the role namoid_api.',
  ),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .describe('Redis connection string: sign-in limits and queues.'),
  SECRET_BOX_KEYS: z
    .string()
    .min(1)
    .describe(
      'Keys that seal what is stored encrypted: entries id:key of 32 bytes in base64url, the first seals.',
    ),
  CODE_DIGEST_KEY: z
    .string()
    .regex(KEY_IN_BASE64, 'has to be 32 bytes in base64url')
    .describe('Key of the digests of short codes: 32 bytes in base64url.'),
  PASSWORD_HASHES_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Passwords that are hashed at the same time; by default one fewer than there are cores.',
    ),
  PRIVATE_NETWORK_CALLS: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'Whether webhooks and the like may reach loopback and private addresses, over plain HTTP too. For development.',
    ),
};

/** Every environment variable the HTTP service reads, with a sentence each. */
export const environment = serviceEnvironment(shared);

/** Every environment variable the worker and the command line read. */
export const workerEnvironment = serviceEnvironment({
  ...shared,
  DATABASE_URL_WORKER: postgresUrl.describe(
    'PostgreSQL connection string of the identity database, as the role namoid_worker.',
  ),
  ...checkpointEnvironment,
});

/** The environment, checked. Injected as the kit's `CONFIG`. */
export type Config = z.output<typeof environment>;

/** The worker's environment, checked. Injected as the kit's `CONFIG` there. */
export type WorkerConfig = z.output<typeof workerEnvironment>;
