import { type Case } from './case.js';
import { CASES_OF_AUTHORIZATION } from './cases-of-authorization.js';
import { CASES_OF_CLIENTS } from './cases-of-clients.js';
import { CASES_OF_GRANTS } from './cases-of-grants.js';
import { CASES_OF_HTTP } from './cases-of-http.js';
import { CASES_OF_PROOFS } from './cases-of-proofs.js';
import { CASES_OF_SESSIONS } from './cases-of-sessions.js';
import { MATRIX } from './matrix.js';

/** Every request that is sent. */
export const CASES: readonly Case[] = [
  ...MATRIX,
  ...CASES_OF_AUTHORIZATION,
  ...CASES_OF_CLIENTS,
  ...CASES_OF_GRANTS,
  ...CASES_OF_HTTP,
  ...CASES_OF_PROOFS,
  ...CASES_OF_SESSIONS,
];
