import { sha256Digest } from '@nomo/security-core';

import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { Parameters } from '../http/parameters.js';

/** RFC 9126 §2.2. */
export const pushedRequestPrefix = 'urn:ietf:params:oauth:request_uri:';

/**
 * RFC 9126 §4: what stands behind the `request_uri` of a pushed request. Taken once, by the
 * application that pushed it, before it expires. What else the request carries is not read.
 *
 * @returns Undefined if the request refers to no pushed one.
 * @throws {OAuthError} `invalid_request_uri`.
 */
export async function takePushedRequest(
  context: OAuthContext,
  parameters: Parameters,
): Promise<Parameters | undefined> {
  const uri = parameters.get('request_uri');
  if (!uri?.startsWith(pushedRequestPrefix)) return undefined;
  const pushed = await context.store.transaction((tx) =>
    tx.consumePushedRequest({
      digest: sha256Digest(uri.slice(pushedRequestPrefix.length)),
      clientId: parameters.require('client_id'),
      now: context.clock.now(),
    }),
  );
  if (pushed === undefined) {
    throw new OAuthError(
      'invalid_request_uri',
      'The pushed request is unknown, used or expired',
    );
  }
  return new Parameters(pushed.parameters);
}
