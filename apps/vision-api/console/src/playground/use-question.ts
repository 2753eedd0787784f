import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { useApi } from '../api/api-context.js';
import { ApiFailure } from '../api/failure.js';
import { queryKeys } from '../api/queries.js';
import { type Scope } from '../api/schemas.js';
import { operations } from '../texts/operations.js';
import { type Findings, findingsOf } from './findings.js';

/** How far the question to the service is. */
export type Question =
  | { readonly status: 'none' }
  | { readonly status: 'asking'; readonly since: number }
  | { readonly status: 'failed'; readonly error: unknown }
  | {
      readonly status: 'answered';
      readonly answer: unknown;
      readonly findings: Findings;
      /** From the click to the answer, milliseconds. */
      readonly latency: number;
    };

interface Asking {
  readonly question: Question;
  readonly ask: (operation: Scope, form: FormData) => Promise<void>;
  /** Breaks off what is asked, and forgets what was answered. */
  readonly reset: () => void;
}

/** Asks the service about images, one question at a time. */
export function useQuestion(): Asking {
  const api = useApi();
  const queries = useQueryClient();
  const [question, setQuestion] = useState<Question>({ status: 'none' });
  const under = useRef<AbortController>(undefined);

  const reset = useCallback(() => {
    under.current?.abort();
    under.current = undefined;
    setQuestion({ status: 'none' });
  }, []);
  useEffect(() => () => under.current?.abort(), []);

  const ask = async (operation: Scope, form: FormData): Promise<void> => {
    under.current?.abort();
    const controller = new AbortController();
    under.current = controller;
    const since = performance.now();
    setQuestion({ status: 'asking', since: Date.now() });
    const finish = (outcome: () => Question): void => {
      if (controller.signal.aborted) return;
      setQuestion(outcome());
      // The use of the playground's key, and the key itself after the first time.
      void queries.invalidateQueries({ queryKey: queryKeys.usage });
      void queries.invalidateQueries({ queryKey: queryKeys.keys });
    };
    try {
      const path = `/playground/${operations[operation].path}`;
      const answer = await api.postForm(path, form, controller.signal);
      const latency = performance.now() - since;
      const findings = understood(operation, answer);
      finish(() => ({ status: 'answered', answer, findings, latency }));
    } catch (error) {
      finish(() => ({ status: 'failed', error }));
    }
  };
  return { question, ask, reset };
}

function understood(operation: Scope, answer: unknown): Findings {
  try {
    return findingsOf(operation, answer);
  } catch (error) {
    throw new ApiFailure({ code: 'unexpected_answer' }, { cause: error });
  }
}
