import { sha256Digest } from '@nomo/security-core';

export interface Needs {
  /** The text of the page's one `<style>`. */
  readonly style: string;
  /** The text of its one `<script>`, if it has one. */
  readonly script?: string | undefined;
  /** Pictures from elsewhere. */
  readonly images?: readonly (string | undefined)[];
  /** Where its forms may lead, by form or by a redirect that follows, besides our own origin. */
  readonly formAction?: readonly string[] | 'anywhere';
}

/** The strictest policy (CSP Level 3) under which a page works: nothing but what it names. */
export function contentSecurityPolicy({
  style,
  script,
  images = [],
  formAction = [],
}: Needs): string {
  const origins = new Set(
    images.filter((image) => image !== undefined).map((image) => new URL(image).origin),
  );
  const directives = [
    `default-src 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `style-src ${hashOf(style)}`,
  ];
  if (script !== undefined) directives.push(`script-src ${hashOf(script)}`);
  if (origins.size > 0) directives.push(`img-src ${[...origins].join(' ')}`);
  if (formAction !== 'anywhere') {
    directives.push(`form-action ${["'self'", ...formAction].join(' ')}`);
  }
  return directives.join('; ');
}

/**
 * An address as a source of `form-action`: its origin, or its scheme where it has none, as with
 * the private schemes of native applications (RFC 8252, section 7.1).
 */
export function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

function hashOf(text: string): string {
  return `'sha256-${Buffer.from(sha256Digest(text)).toString('base64')}'`;
}
