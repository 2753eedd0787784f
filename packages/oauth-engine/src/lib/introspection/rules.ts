import { confidential } from '../rules/confidential.js';
import { isLiveGrant } from '../rules/live-grant.js';
import { mayLearnAbout } from '../rules/may-learn-about.js';
import { repeatedParameters } from '../rules/repeated-parameters.js';

/** What an introspection request passes, beside client authentication. */
export const introspectionRules = {
  repeatedParameters,
  confidential,
  mayLearnAbout,
  isLiveGrant,
} as const;
