import { describe, expect, it } from '@jest/globals';
import { loggablePath } from './loggable-path.js';
import { redactor } from './redaction.js';

const key = /exk_[a-z]+\.[a-z0-9]{40}/;
const redact = redactor([key]);
const secret = 's3cr3t'.padEnd(40, 'x');

/** Encodes every character, `times` over. */
function encoded(text: string, times = 1): string {
  if (times === 0) return text;
  const once = text.replaceAll(/./g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return encoded(once, times - 1);
}

describe('loggablePath', () => {
  it.each([
    ['as it is', `/x/exk_live.${secret}`],
    ['with its dot encoded', `/x/exk_live%2E${secret}`],
    ['with its dot encoded twice', `/x/exk_live%252e${secret}`],
    ['encoded throughout', `/x/${encoded(`exk_live.${secret}`)}`],
    ['encoded three times', `/x/${encoded(`exk_live.${secret}`, 3)}`],
    ['that the cut would go through', `/${'x'.repeat(225)}/exk_live.${secret}`],
  ])('takes out a secret %s', (_case, path) => {
    const logged = loggablePath(path, redact);
    expect(logged).toContain('[redacted]');
    expect(logged).not.toContain('s3cr3t');
  });

  it('does not show what it has not decoded to the end', () => {
    expect(loggablePath(`/${encoded('exk_live.', 6)}${secret}`, redact)).toBe('[encoded]');
  });

  it.each([
    ['/plain/path', '/plain/path'],
    ['/100%', '/100%'],
    ['/%FF%zz%', '/%FF%zz%'],
    ['/line%0Abreak', '/line%0Abreak'],
    ['/a%20b', '/a b'],
  ])('leaves %s readable', (path, logged) => {
    expect(loggablePath(path, redact)).toBe(logged);
  });

  it('cuts', () => {
    expect(loggablePath(`/${'x'.repeat(10_000)}`, redact)).toHaveLength(256);
  });
});
