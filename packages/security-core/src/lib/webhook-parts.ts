import { InvalidArgument } from '../errors.js';
import { requireText } from './contract.js';
import { decodeBase64, decodeStrictly, type Encoding } from './encoding.js';
import { secretKey } from './secret-key.js';
import type { PresentedSignature, WebhookKey } from '../webhook/scheme.js';

const hmacSha256Bytes = 32;

/** Decimal digits alone, no sign, no leading zero; twelve reach to the year 33,658. */
const wholeSeconds = /^[1-9][0-9]{0,11}$/u;

/** Source: RFC 9110, section 5.6.2 */
const fieldName = /^[\w!#$%&'*+.^`|~-]+$/u;

/** @throws {InvalidArgument} No header can have the name. */
export function requireFieldName(name: string): void {
  requireText(name, 'The name of a header');
  if (!fieldName.test(name)) {
    throw new InvalidArgument('The name of a header has characters that none can have');
  }
}

/** Seconds since 1970, or `undefined` if the text is not exactly that. */
export function readTimestamp(text: string): number | undefined {
  return wholeSeconds.test(text) ? Number(text) : undefined;
}

/** An HMAC-SHA256 out of a header, or `undefined` if the text is not 32 bytes, canonically. */
export function readHmac(text: string, encoding: Encoding): PresentedSignature | undefined {
  const bytes = decodeStrictly(text, encoding);
  return bytes?.byteLength === hmacSha256Bytes
    ? { algorithm: 'hmac-sha256', bytes }
    : undefined;
}

/** The secret's own text as the key of the HMAC. */
export function textKey(secret: string): WebhookKey {
  requireText(secret, 'A webhook secret');
  if (secret.length === 0) {
    throw new InvalidArgument('A webhook secret must not be empty');
  }
  return { algorithm: 'hmac-sha256', key: secretKey(Buffer.from(secret, 'utf8')) };
}

/** The bytes that the secret's text stands for as the key of the HMAC. */
export function encodedKey(encoding: Encoding): (secret: string) => WebhookKey {
  return (secret) => {
    requireText(secret, 'A webhook secret');
    const key = encoding === 'base64' ? decodeBase64(secret) : decodeStrictly(secret, encoding);
    if (key === undefined || key.byteLength === 0) {
      throw new InvalidArgument(`A secret of this sender is bytes in ${encoding}`);
    }
    return { algorithm: 'hmac-sha256', key: secretKey(key) };
  };
}

/** No white space: a header sent twice reaches us as one, joined by a comma and a space. */
const pairName = /^\w+$/u;

/** A header of `name=value` pairs, in order, or `undefined` if any part is no such pair. */
export function readPairs(
  text: string,
  separator: string,
): (readonly [name: string, value: string])[] | undefined {
  const pairs: (readonly [string, string])[] = [];
  for (const part of text.split(separator)) {
    const at = part.indexOf('=');
    const [name, value] = [part.slice(0, at), part.slice(at + 1)];
    if (at < 0 || !pairName.test(name) || value.length === 0) {
      return undefined;
    }
    pairs.push([name, value]);
  }
  return pairs;
}
