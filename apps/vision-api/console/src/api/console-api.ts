import { type z } from 'zod';

import { ApiFailure, failureFrom } from './failure.js';
import { Session, SignedOut } from './schemas.js';
import { SessionRecovery } from './session-recovery.js';

const BASE = '/dashboard/api';

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly json?: unknown;
  readonly form?: FormData;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The service, as the pages call it. The CSRF token lives here and nowhere else. Every method
 * throws {@link ApiFailure}; one that finds the session gone waits for `recovery` first.
 */
export class ConsoleApi {
  readonly recovery = new SessionRecovery();
  #csrfToken: string | undefined;
  #userId: string | undefined;

  /** Who is signed in. Before anybody was, fails with `session_required` at once. */
  async session(signal?: AbortSignal): Promise<Session> {
    if (this.#userId !== undefined) {
      const session = await this.get('/session', Session, signal);
      this.#check(session);
      return session;
    }
    const session = await this.#freshSession(signal);
    this.#userId = session.user.id;
    this.#csrfToken = session.csrfToken;
    return session;
  }

  /** Asks whether the user has signed in again, and lets what waits go on. */
  async recover(): Promise<void> {
    this.#check(await this.#freshSession());
    this.recovery.restored();
  }

  async get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    return read(await this.#call({ method: 'GET', path, signal }), schema);
  }

  async post<Schema extends z.ZodType>(
    path: string,
    json: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    return read(await this.#call({ method: 'POST', path, json }), schema);
  }

  /** The answer as it came: the playground shows it as it is. */
  async postForm(path: string, form: FormData, signal: AbortSignal): Promise<unknown> {
    return json(await this.#call({ method: 'POST', path, form, signal }));
  }

  async delete(path: string): Promise<void> {
    await this.#call({ method: 'DELETE', path });
  }

  /** Ends every session of the user. Returns where the browser goes next: the provider's own sign-out. */
  async endAllSessions(): Promise<string> {
    return (
      await read(await this.#call({ method: 'POST', path: '/sessions/end-all' }), SignedOut)
    ).redirectTo;
  }

  /** Ends this session. Returns where the browser goes next: the provider's own sign-out. */
  async signOut(): Promise<string> {
    const response = await this.#send('/dashboard/sign-out', {
      method: 'POST',
      headers: { accept: 'application/json', ...this.#csrfHeader() },
    });
    // A session that has ended already is what was asked for.
    if (response.status === 401) return '/dashboard/signed-out';
    if (!response.ok) throw await failureFrom(response);
    return (await read(response, SignedOut)).redirectTo;
  }

  async #freshSession(signal?: AbortSignal): Promise<Session> {
    const response = await this.#send(`${BASE}/session`, signal ? { signal } : {});
    if (!response.ok) throw await failureFrom(response);
    return read(response, Session);
  }

  async #call(call: Call): Promise<Response> {
    let csrfRenewed = false;
    for (;;) {
      const response = await this.#send(BASE + call.path, this.#request(call));
      if (response.ok) return response;
      const failure = await failureFrom(response);
      if (failure.code === 'session_required') {
        await this.recovery.wait(call.method !== 'GET', call.signal);
      } else if (failure.code === 'csrf_rejected' && !csrfRenewed) {
        // The user signed in again in another tab: same cookie, another token.
        csrfRenewed = true;
        this.#check(await this.#freshSession());
      } else {
        throw failure;
      }
    }
  }

  /** Takes over a session's token, unless it is somebody else's: then nothing goes on here. */
  #check({ user, csrfToken }: Session): void {
    if (user.id !== this.#userId) {
      this.recovery.takenOver(user.email);
      throw new ApiFailure({ code: 'session_required', status: 401 });
    }
    this.#csrfToken = csrfToken;
  }

  #request({ method, json, form, signal }: Call): RequestInit {
    const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
    return {
      method,
      headers: {
        accept: 'application/json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && this.#csrfHeader()),
      },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    };
  }

  #csrfHeader(): Record<string, string> {
    return this.#csrfToken === undefined ? {} : { 'x-csrf-token': this.#csrfToken };
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, credentials: 'same-origin', cache: 'no-store' });
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new ApiFailure(
        { code: navigator.onLine ? 'unreachable' : 'offline' },
        { cause: error },
      );
    }
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ApiFailure(
      { code: 'unexpected_answer', status: response.status },
      { cause: error },
    );
  }
}

async function read<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await json(response));
  if (parsed.success) return parsed.data;
  const requestId = response.headers.get('x-request-id');
  throw new ApiFailure(
    {
      code: 'unexpected_answer',
      status: response.status,
      ...(requestId !== null && { requestId }),
    },
    { cause: parsed.error },
  );
}
