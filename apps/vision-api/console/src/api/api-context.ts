import { createContext, useContext } from 'react';

import { type ConsoleApi } from './console-api.js';

export const ApiContext = createContext<ConsoleApi | undefined>(undefined);

/** The service, of the provider above. */
export function useApi(): ConsoleApi {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi outside of its provider');
  return api;
}
