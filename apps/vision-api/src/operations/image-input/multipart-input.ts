import busboy from 'busboy';
import { requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { ClientAborted } from './client-aborted.js';
import { imageTooLarge, invalidRequest } from './image-input.problems.js';
import { MAX_ENVELOPE_BYTES, MAX_IMAGE_BYTES } from './image-limits.js';
import { type UploadMemory } from './upload-memory.js';
import { type RequestContent } from './request-content.js';

/** Far more than any operation has; a client with more has not read the documentation. */
const MAX_OPTIONS = 20;
/** The longest option is a number. */
const MAX_OPTION_BYTES = 1024;

/**
 * A form with each image as a file under its name, and the options as fields. busboy streams
 * the parts; they are collected in memory only.
 */
export async function readMultipart(
  request: Request,
  names: readonly [string, ...string[]],
  memory: UploadMemory,
): Promise<RequestContent> {
  const maxBytes = names.length * MAX_IMAGE_BYTES + MAX_ENVELOPE_BYTES;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw imageTooLarge(names.join(', '));
  }
  memory.hold(request, maxBytes, 'binary');
  return new Promise((resolve, reject) => {
    const images = new Map<string, Uint8Array>();
    const options = new Map<string, unknown>();
    let form: busboy.Busboy;
    try {
      form = busboy({
        headers: request.headers,
        limits: {
          // One more than allowed, so that the surplus file is met and named.
          files: names.length + 1,
          fileSize: MAX_IMAGE_BYTES,
          fields: MAX_OPTIONS,
          fieldSize: MAX_OPTION_BYTES,
          fieldNameSize: 100,
          parts: names.length + 1 + MAX_OPTIONS,
        },
      });
    } catch {
      reject(invalidRequest({ path: '', message: 'The multipart form has no boundary.' }));
      return;
    }

    const stop = (problem: Error): void => {
      request.unpipe(form);
      request.resume();
      form.removeAllListeners();
      form.on('error', () => undefined);
      reject(problem);
    };
    const tooMany = (): void => {
      stop(invalidRequest({ path: '', message: 'The form has too many parts.' }));
    };
    const refuse = (path: string, message: string): void => {
      stop(invalidRequest({ path, message }));
    };

    form.on('file', (name, file) => {
      if (!names.includes(name)) {
        refuse(name, `There is no such image. Expected: ${names.join(', ')}.`);
        return;
      }
      if (images.has(name)) {
        refuse(name, 'An image is sent once.');
        return;
      }
      // Taken at once, so that a second file of this name is met while the first still arrives.
      images.set(name, new Uint8Array());
      const chunks: Buffer[] = [];
      file.on('data', (chunk: Buffer) => chunks.push(chunk));
      file.on('limit', () => {
        stop(imageTooLarge(name));
      });
      file.on('end', () => images.set(name, Buffer.concat(chunks)));
      file.on('error', () => undefined);
    });
    form.on('field', (name, value, { valueTruncated }) => {
      if (names.includes(name)) {
        refuse(name, 'An image is sent as a file, with a file name (curl: -F name=@file).');
      } else if (options.has(name)) {
        refuse(name, 'An option is given once.');
      } else if (valueTruncated) {
        refuse(name, `An option may have at most ${MAX_OPTION_BYTES} bytes.`);
      } else {
        options.set(name, value);
      }
    });
    form.on('filesLimit', tooMany);
    form.on('fieldsLimit', tooMany);
    form.on('partsLimit', tooMany);
    form.on('error', () => {
      stop(invalidRequest({ path: '', message: 'The multipart form is malformed.' }));
    });
    form.on('close', () => {
      resolve({ images, options });
    });
    request.on('error', () => {
      stop(new ClientAborted());
    });
    // Also when the time for it is over: the answer is sent then, and no error follows.
    requestContext(request).signal.addEventListener('abort', () => {
      stop(new ClientAborted());
    });
    // A body without an announced length may hold any amount of what is no part at all.
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop(imageTooLarge(names.join(', ')));
    });
    request.pipe(form);
  });
}
