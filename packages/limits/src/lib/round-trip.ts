import type { Cluster, Redis } from 'ioredis';

import { LimitsUnavailable } from '../errors.js';
import type { Script } from './scripts.js';

interface ScriptCall {
  readonly script: Script;
  readonly key: string;
  readonly args: readonly number[];
}

interface Reading {
  readonly read: string;
}

/** One script on its one key, or the plain reading of a key. */
export type Command = ScriptCall | Reading;

/**
 * Sends all commands in one write and returns their replies in the same order.
 *
 * On Redis Cluster keys with different hash tags may lie on different nodes: there it is one
 * write for each tag, all under way at the same time.
 *
 * A script that Redis does not have (restart, failover, `SCRIPT FLUSH`) is sent whole in a
 * second round trip: it and nothing else, for the others have been carried out.
 *
 * @throws {LimitsUnavailable} A command failed, or the replies did not come in time.
 */
export async function roundTrip(
  redis: Redis | Cluster,
  commands: readonly Command[],
  timeoutMs: number,
): Promise<unknown[]> {
  return inTime(
    redis.isCluster ? sendByTag(redis, commands) : send(redis, commands),
    timeoutMs,
  );
}

async function send(redis: Redis | Cluster, commands: readonly Command[]): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  for (const command of commands) {
    if ('read' in command) {
      pipeline.get(command.read);
    } else {
      pipeline.evalsha(command.script.sha, 1, command.key, ...command.args);
    }
  }
  let results: [Error | null, unknown][] | null;
  try {
    results = await pipeline.exec();
  } catch (error) {
    throw unavailable(error);
  }
  const replies: unknown[] = [];
  for (const [index, command] of commands.entries()) {
    const [error, reply] = results?.[index] ?? [new Error('Redis left a command unanswered')];
    if (error === null) {
      replies.push(reply);
    } else if ('script' in command && error.message.startsWith('NOSCRIPT')) {
      replies.push(sendWhole(redis, command));
    } else {
      throw unavailable(error);
    }
  }
  return Promise.all(replies);
}

async function sendWhole(redis: Redis | Cluster, call: ScriptCall): Promise<unknown> {
  try {
    return await redis.eval(call.script.lua, 1, call.key, ...call.args);
  } catch (error) {
    throw unavailable(error);
  }
}

async function sendByTag(
  redis: Redis | Cluster,
  commands: readonly Command[],
): Promise<unknown[]> {
  const groups = new Map<string, { command: Command; index: number }[]>();
  for (const [index, command] of commands.entries()) {
    const tag = hashTag('read' in command ? command.read : command.key);
    const group = groups.get(tag);
    if (group === undefined) {
      groups.set(tag, [{ command, index }]);
    } else {
      group.push({ command, index });
    }
  }
  const replies = new Array<unknown>(commands.length);
  await Promise.all(
    Array.from(groups.values(), async (group) => {
      const answers = await send(
        redis,
        group.map(({ command }) => command),
      );
      for (const [position, { index }] of group.entries()) {
        replies[index] = answers[position];
      }
    }),
  );
  return replies;
}

/**
 * What Redis Cluster hashes of a key: what stands between the first `{` and the next `}`, or
 * the whole key if nothing does.
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
function hashTag(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

function inTime(replies: Promise<unknown[]>, timeoutMs: number): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // Timers run before sockets are read: after a pause of this very process the replies
      // may be here already, unread. Give them one turn of the event loop.
      setImmediate(() => {
        reject(new LimitsUnavailable(`Redis did not answer within ${timeoutMs} ms`));
      });
    }, timeoutMs);
    replies.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

function unavailable(error: unknown): LimitsUnavailable {
  return new LimitsUnavailable('Redis refused or lost a command', { cause: error });
}
