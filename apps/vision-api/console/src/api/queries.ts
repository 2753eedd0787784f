import {
  type InfiniteData,
  QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import { type z } from 'zod';

import { useApi } from './api-context.js';
import { failureOf } from './failure.js';
import {
  AuditPage,
  AuditVerification,
  type Key,
  Keys,
  type Session,
  Usage,
} from './schemas.js';

/** Tries again after these failures, twice: the next answer may well be a good one. */
const PASSING = new Set(['unreachable', 'overloaded', 'service_unavailable']);

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Offline, a call fails at once and says so, instead of waiting in silence.
        networkMode: 'always',
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && PASSING.has(failureOf(error).code),
        retryDelay: (attempt) => 400 * 2 ** attempt,
      },
    },
  });
}

export const queryKeys = {
  session: ['session'],
  keys: ['keys'],
  usage: ['usage'],
  audit: ['audit'],
} as const;

export function useSession(): UseQueryResult<Session> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.session,
    queryFn: ({ signal }) => api.session(signal),
    // Also notices, when the user comes back to this tab, that somebody else has signed in.
    staleTime: 60_000,
  });
}

export function useKeys(): UseQueryResult<readonly Key[]> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.keys,
    queryFn: async ({ signal }) => (await api.get('/keys', Keys, signal)).keys,
  });
}

/** UTC days, `YYYY-MM-DD`, both included. */
export interface UsageRange {
  readonly from: string;
  readonly to: string;
}

export function useUsage(range: UsageRange): UseQueryResult<Usage> {
  const api = useApi();
  const { from, to } = range;
  return useQuery({
    queryKey: [...queryKeys.usage, from, to],
    queryFn: ({ signal }) =>
      api.get(`/usage?${new URLSearchParams({ from, to }).toString()}`, Usage, signal),
    // The old range stays in sight while the new one comes.
    placeholderData: (previous) => previous,
  });
}

const EVENTS_PER_PAGE = 50;

type AuditPages = InfiniteData<z.infer<typeof AuditPage>, number | null>;

export function useAuditEvents(): UseInfiniteQueryResult<AuditPages> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...queryKeys.audit, 'events'],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(EVENTS_PER_PAGE) });
      if (pageParam !== null) query.set('before', String(pageParam));
      return api.get(`/audit?${query.toString()}`, AuditPage, signal);
    },
    getNextPageParam: (page) => page.nextBefore,
  });
}

export function useAuditVerification(): UseQueryResult<AuditVerification> {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.audit, 'verification'],
    queryFn: ({ signal }) => api.get('/audit/verification', AuditVerification, signal),
  });
}
