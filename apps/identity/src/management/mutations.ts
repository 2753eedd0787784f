import { Injectable } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { constantTimeEqual, sha256Digest } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { Problem } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { Tenants, type Tx } from '../database/database.js';
import { type Call } from './call.js';
import { type IdempotencyKey, IdempotencyRepository } from './idempotency.repository.js';
import { throwRefusedText } from './management.problems.js';

/** Visible ASCII: a UUID, usually. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Documents the header that {@link Mutations.once} honours. */
export const IdempotencyKeyHeader = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description:
    'Names this request: sent again with the same key, byte for byte, it is not done again, and is given the same answer, for a day.',
  schema: { type: 'string', maxLength: 255 },
});

/** Does what a request of the management API asks for, in one transaction. */
@Injectable()
export class Mutations {
  constructor(
    private readonly tenants: Tenants,
    private readonly keys: IdempotencyRepository,
    private readonly boxes: SecretBox,
  ) {}

  /** Runs `work` in a transaction of the call's organization. */
  run<Answer>(call: Call, work: (tx: Tx) => Promise<Answer>): Promise<Answer> {
    return this.tenants.withTenant(call.realm.orgId, work).catch(throwRefusedText);
  }

  /**
   * The same, once for each `Idempotency-Key`: the key, the work and the answer are committed
   * together, so that a request that is repeated, even at the same moment or after a crash, is
   * either not done yet or given the answer it had. (draft-ietf-httpapi-idempotency-key-header)
   *
   * @param work returns the answer as JSON has it
   * @throws {Problem} 422 where the key came with another request
   */
  async once<Answer extends object>(
    call: Call,
    request: Request,
    work: (tx: Tx) => Promise<Answer>,
  ): Promise<Answer> {
    const key = keyOf(call, request);
    if (key === undefined) return this.run(call, work);
    const digest = digestOf(request);
    return this.run(call, async (tx) => {
      if (await this.keys.take(tx, key, digest)) {
        const answer = await work(tx);
        await this.keys.answer(
          tx,
          key,
          this.boxes.seal(Buffer.from(JSON.stringify(answer)), contextOf(key)),
        );
        return answer;
      }
      const answered = await this.keys.find(tx, key);
      if (answered === undefined) throw new Error('a key that is taken has an answer');
      if (!constantTimeEqual(answered.requestDigest, digest)) throw keyReused();
      // Set before the handler returns: the answer is written after it.
      (request.res as Response | undefined)?.set('Idempotency-Replayed', 'true');
      const json = Buffer.from(this.boxes.open(answered.answerBox, contextOf(key)));
      return JSON.parse(json.toString('utf8')) as Answer;
    });
  }
}

function keyOf({ realm, caller }: Call, request: Request): IdempotencyKey | undefined {
  const sent = request.headersDistinct['idempotency-key'];
  if (sent === undefined) return undefined;
  const [key = ''] = sent;
  if (sent.length > 1 || !KEY.test(key)) {
    throw Problem.invalidRequest(
      'Idempotency-Key: This has to be 1 to 255 visible characters.',
    );
  }
  // Live and test have applications of their own, and so callers of their own.
  return { orgId: realm.orgId, caller, key };
}

function digestOf(request: Request): Uint8Array {
  return sha256Digest(JSON.stringify([request.method, request.path, request.body as unknown]));
}

function contextOf({ orgId, caller, key }: IdempotencyKey): Readonly<Record<string, string>> {
  return { table: 'idempotency_keys', org: orgId, caller, key };
}

function keyReused(): Problem {
  return new Problem({
    status: 422,
    code: 'idempotency_key_reused',
    detail: 'This Idempotency-Key came with another request before. Use a new one.',
  });
}
