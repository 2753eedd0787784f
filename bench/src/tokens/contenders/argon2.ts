import { hash, verify } from '@node-rs/argon2';
import { closedLoop, type LoopPlan, type LoopResult } from '../../frame/closed-loop.ts';
import { serve } from '../../frame/serve.ts';
import { PASSWORD } from '../seed.ts';

export interface PasswordVerifier {
  /** Verifies a password again and again, and does nothing else. */
  verify(plan: LoopPlan): Promise<LoopResult>;
}

/** The limit of password sign-ins: the hash with the parameters that NamoID has, alone. */
serve<null, PasswordVerifier>(async () => {
  // OWASP's minimum for Argon2id.
  const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  return {
    methods: {
      verify: (plan) =>
        closedLoop(plan, async () => {
          if (!(await verify(stored, PASSWORD))) throw new Error('the password is right');
        }),
    },
  };
});
