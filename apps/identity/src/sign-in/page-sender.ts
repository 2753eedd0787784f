import { type Response } from 'express';
import { type Page } from '../oauth/browser/oauth-pages.js';

/** What no page of ours uses. */
const NO_FEATURES =
  'camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()';

/**
 * Answers with a page. What is set here comes on top of what every answer of the service has:
 * `X-Content-Type-Options`, `X-Frame-Options`, and `same-origin` for opener and resource policy.
 */
export function sendPage(
  response: Response,
  status: number,
  { html, contentSecurityPolicy }: Page,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(html);
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': body.length,
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-store',
      // Addresses of pages stay with us. (With `no-referrer` our own forms would come from "null".)
      'referrer-policy': 'same-origin',
      'permissions-policy': NO_FEATURES,
      ...headers,
    })
    .end(body);
}
