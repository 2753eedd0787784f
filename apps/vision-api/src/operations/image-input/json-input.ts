import { type Request } from 'express';
import { readBody } from './body.js';
import { imageTooLarge, invalidRequest } from './image-input.problems.js';
import { MAX_ENVELOPE_BYTES, MAX_IMAGE_BYTES } from './image-limits.js';
import { type UploadMemory } from './upload-memory.js';
import { type RequestContent } from './request-content.js';

/** A JSON object with each image as base64 under its name, and the options beside them. */
export async function readJson(
  request: Request,
  images: readonly [string, ...string[]],
  memory: UploadMemory,
): Promise<RequestContent> {
  const maxBytes = images.length * base64Length(MAX_IMAGE_BYTES) + MAX_ENVELOPE_BYTES;
  memory.hold(request, maxBytes, 'json');
  const body = await readBody(request, maxBytes, () => imageTooLarge(images.join(', ')));
  const fields = parseObject(body);

  const decoded = new Map<string, Uint8Array>();
  const options = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    if (images.includes(name)) decoded.set(name, decodeBase64(name, value));
    else options.set(name, value);
  }
  return { images: decoded, options };
}

function parseObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body.
    throw invalidRequest({ path: '', message: 'The body is not valid JSON.' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest({ path: '', message: 'The body has to be a JSON object.' });
  }
  return value as Record<string, unknown>;
}

function decodeBase64(path: string, value: unknown): Buffer {
  if (typeof value !== 'string' || value === '') {
    throw invalidRequest({
      path,
      message: 'An image in JSON is a base64 string that is not empty.',
    });
  }
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  const digits = value.length - padding;
  const expected = Math.floor((digits * 3) / 4);
  if (expected > MAX_IMAGE_BYTES) throw imageTooLarge(path);
  const bytes = Buffer.from(value, 'base64');
  // Buffer.from passes over what is not base64 and stops at a padding: a length that falls
  // short means that something was passed over.
  if (digits % 4 === 1 || bytes.length !== expected) {
    const cure = value.startsWith('data:') ? ' Leave out the “data:…;base64,” before it.' : '';
    throw invalidRequest({ path, message: `This is not valid base64.${cure}` });
  }
  return bytes;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
