import { createInterface } from 'node:readline';
import { log } from './log.mjs';
import { lastPanic } from './panic.mjs';

/**
 * @import { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
 * @typedef {{ id: number, method?: string, params?: object }} Request
 */

/** JSON-RPC error code of the native engine for a failure that the user should read. */
const KNOWN_ERROR = 4466;

/** Methods that the CLI and the WebAssembly build call by different names. */
const renamed = new Map([['getDatabaseVersion', 'version']]);

/** Out of reach of the CLI's own request ids, which count up from one. */
const PRINT_ID = 1_000_000;

/**
 * Answers JSON-RPC requests, one a line, until stdin ends.
 *
 * @param {(method: string) => Promise<SchemaEngine>} openEngine called for the first request
 */
export async function serveRpc(openEngine) {
  /** @type {number | undefined} */
  let pendingId;
  /** @param {unknown} error */
  const answerAndDie = (error) => {
    const answer = failure(lastPanic() ?? error);
    log('ERROR', answer.error.message);
    send({ id: pendingId, ...answer });
    process.exit(1);
  };
  // A panic usually traps outside the promise of the call, which then never settles. An engine
  // that merely died would let the CLI exit 0, so the call is answered first.
  process.on('uncaughtException', answerAndDie);

  /** @type {SchemaEngine | undefined} */
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const { id, method, params } = /** @type {Request} */ (JSON.parse(line));
    if (method === undefined) continue; // the CLI acknowledges what we asked it to print
    pendingId = id;
    try {
      engine ??= await openEngine(method);
      const result = await call(engine, method, params);
      printReport(result);
      send({ id, result: result ?? null });
    } catch (error) {
      if (lastPanic() !== undefined) answerAndDie(error);
      send({ id, ...failure(error) });
    }
  }
}

/**
 * @param {SchemaEngine} engine
 * @param {string} method
 * @param {object} [params]
 * @returns {Promise<unknown>}
 */
async function call(engine, method, params = {}) {
  const methods = /** @type {Record<string, (params: object) => Promise<unknown>>} */ (
    /** @type {unknown} */ (engine)
  );
  const name = renamed.get(method) ?? method;
  const implementation = methods[name];
  if (implementation === undefined) throw new Error(`The engine has no method ${method}.`);
  return implementation.call(engine, params);
}

/**
 * The native engine asks the CLI to print the report of a `diff`; the WebAssembly build
 * returns it.
 *
 * @param {unknown} result
 */
function printReport(result) {
  const report = /** @type {{ stdout?: string | null } | null | undefined} */ (result)?.stdout;
  if (report === undefined || report === null) return;
  send({ id: PRINT_ID, method: 'print', params: { content: report } });
}

/**
 * The WebAssembly build throws errors that carry a Prisma error code as `code`, when they have
 * one.
 *
 * `is_panic` stays false even for a panic: it would make the CLI offer to upload a report.
 *
 * @param {unknown} error
 * @returns {{ error: { code: number, message: string, data: object } }}
 */
function failure(error) {
  const { code, message = String(error) } = /** @type {{ code?: string, message?: string }} */ (
    error
  );
  const data = { is_panic: false, message, error_code: code };
  return { error: { code: KNOWN_ERROR, message, data } };
}

/** @param {object} message */
function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
