import { createContext, useContext } from 'react';

import { type Session } from '../api/schemas.js';

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in; only below the gate that asks for it. */
export function useSignedIn(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSignedIn outside of the session gate');
  return session;
}
