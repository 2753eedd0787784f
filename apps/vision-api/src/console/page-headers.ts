import { type Response } from 'express';

/** What a page of ours has no use for, it cannot be made to use. */
const PERMISSIONS = [
  ...['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid', 'bluetooth'],
  ...['display-capture', 'publickey-credentials-get', 'browsing-topics'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/**
 * What a page of the console may do (Content Security Policy Level 3). No inline script, nothing
 * of anybody else's, in no frame.
 *
 * @param nonce - Of this answer; the component library puts `style` elements into the page with it.
 * @param signOutOrigin - Of the provider's place for signing out, to which a form is redirected.
 */
export function contentSecurityPolicy(
  nonce: string,
  signOutOrigin: string | undefined,
): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // Sizes and places that are computed stand in `style` attributes: they can only look wrong.
    `style-src-attr 'unsafe-inline'`,
    // What is tried out is shown from memory.
    `img-src 'self' blob: data:`,
    `connect-src 'self'`,
    `form-action 'self'${signOutOrigin === undefined ? '' : ` ${signOutOrigin}`}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ');
}

/** The head of an answer that is a page. */
export function setPageHeaders(response: Response, policy: string): void {
  response.set({
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // Our own forms say where they come from, and no other site learns where somebody was.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
    'x-content-type-options': 'nosniff',
  });
}
