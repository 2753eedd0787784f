import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import net from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { form } from './support/forms.js';
import { photo } from './support/photos.js';
import { startStack, type Stack } from './support/stack.js';

const portrait = photo(1);
/** A square of black pixels, one bit each (PNG, third edition, sections 5.3 and 11.2). */
function blackPng(edge: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(edge, 0);
  head.writeUInt32BE(edge, 4);
  head.writeUInt8(1, 8);
  // Of each line a byte that says how it is filtered, and its bits.
  const lines = Buffer.alloc(edge * (1 + Math.ceil(edge / 8)));
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.byteLength);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const megabytes = (size: number): Buffer => Buffer.alloc(size * 1024 * 1024, 0xff);

describe('bad input', () => {
  let stack: Stack;
  let key: string;

  beforeAll(async () => {
    stack = await startStack({ ENGINE_WORKERS: '1' });
    await stack.ready();
    ({ key } = await stack.createKey());
  });
  afterAll(() => stack.stop());
  beforeEach(() => stack.refillBucket());

  async function post(
    path: string,
    body: RequestInit['body'],
    headers: Record<string, string> = {},
  ): Promise<{ status: number; problem: Record<string, unknown> }> {
    const response = await fetch(`${stack.url}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': key, ...headers },
      body: body ?? null,
    });
    if (response.status >= 400) {
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    }
    const problem = (await response.json()) as Record<string, unknown>;
    if (response.status >= 400) {
      expect(problem).toMatchObject({
        type: expect.any(String) as unknown as string,
        title: expect.any(String) as unknown as string,
        status: response.status,
        detail: expect.any(String) as unknown as string,
        requestId: expect.stringMatching(/^req_/u) as unknown as string,
      });
    }
    return { status: response.status, problem };
  }

  const raw = (body: Uint8Array, type = 'image/jpeg', query = ''): ReturnType<typeof post> =>
    post(`/v1/faces/detect${query}`, Uint8Array.from(body), { 'content-type': type });

  const json = (path: string, value: unknown): ReturnType<typeof post> =>
    post(path, typeof value === 'string' ? value : JSON.stringify(value), {
      'content-type': 'application/json',
    });

  describe('that is no image', () => {
    it.each([
      ['nothing', Buffer.alloc(0)],
      ['a JPEG cut in half', portrait.subarray(0, portrait.length / 2)],
      ['only the first bytes of a JPEG', portrait.subarray(0, 20)],
    ])('%s: invalid_image', async (_, bytes) => {
      expect(await raw(bytes)).toMatchObject({
        status: 422,
        problem: { code: 'invalid_image' },
      });
    });

    it('an image of 79 pixels: invalid_image', async () => {
      const tiny = await sharp(portrait).resize(79, 79).jpeg().toBuffer();
      expect(await raw(tiny)).toMatchObject({
        status: 422,
        problem: { code: 'invalid_image' },
      });
    });

    it('a PNG of 20,000 pixels square: invalid_image', async () => {
      // Made the same way, a small one is an image.
      expect(await raw(blackPng(200), 'image/png')).toMatchObject({ status: 200 });
      expect(await raw(blackPng(20_000), 'image/png')).toMatchObject({
        status: 422,
        problem: { code: 'invalid_image' },
      });
    });

    it('a GIF that says it is a JPEG: unsupported_media_type', async () => {
      const gif = await sharp(portrait).resize(100).gif().toBuffer();
      expect(await raw(gif)).toMatchObject({
        status: 415,
        problem: { code: 'unsupported_media_type' },
      });
    });

    it.each(['image/gif', 'image/svg+xml', 'text/plain', 'application/octet-stream', ''])(
      'a body of type %p: unsupported_media_type',
      async (type) => {
        expect(await raw(portrait, type)).toMatchObject({
          status: 415,
          problem: { code: 'unsupported_media_type' },
        });
      },
    );

    it('the target of a comparison: the answer says which', async () => {
      const cut = portrait.subarray(0, portrait.length / 2);
      const answer = await post('/v1/faces/compare', form({ source: portrait, target: cut }));
      expect(answer.status).toBe(422);
      expect(answer.problem['detail']).toMatch(/^target: /u);
    });

    it('a comparison whose source shows nobody: no_face', async () => {
      const wall = await sharp({
        create: { width: 200, height: 200, channels: 3, background: '#998877' },
      })
        .jpeg()
        .toBuffer();
      expect(
        await post('/v1/faces/compare', form({ source: wall, target: portrait })),
      ).toMatchObject({ status: 422, problem: { code: 'no_face' } });
    });
  });

  describe('that is too large: image_too_large', () => {
    it('a body of 6 MB', async () => {
      expect(await raw(megabytes(6))).toMatchObject({
        status: 413,
        problem: { code: 'image_too_large' },
      });
    });

    it('a body of 6 MB that does not announce its length', async () => {
      const chunks = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let chunk = 0; chunk < 6; chunk += 1) controller.enqueue(megabytes(1));
          controller.close();
        },
      });
      const response = await fetch(`${stack.url}/v1/faces/detect`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'image/jpeg' },
        body: chunks,
        duplex: 'half',
      });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'image_too_large' });
    });

    it('a file of 6 MB in a form', async () => {
      expect(
        await post('/v1/faces/compare', form({ source: portrait, target: megabytes(6) })),
      ).toMatchObject({ status: 413, problem: { code: 'image_too_large' } });
    });

    it('an image of 6 MB in JSON', async () => {
      expect(
        await json('/v1/faces/detect', { image: megabytes(6).toString('base64') }),
      ).toMatchObject({ status: 413, problem: { code: 'image_too_large' } });
    });
  });

  describe('in a form: invalid_request', () => {
    it('a file under a wrong name', async () => {
      expect(await post('/v1/faces/detect', form({ picture: portrait }))).toMatchObject({
        status: 400,
        problem: { code: 'invalid_request', errors: [{ path: 'picture' }] },
      });
    });

    it('two files for one field', async () => {
      const two = form({ image: portrait });
      two.append('image', new Blob([Uint8Array.from(portrait)]), 'again.jpg');
      expect(await post('/v1/faces/detect', two)).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'image', message: 'An image is sent once.' }] },
      });
    });

    it('no file', async () => {
      expect(await post('/v1/faces/compare', form({ source: portrait }))).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'target', message: 'This image is missing.' }] },
      });
    });

    it('an image sent as text', async () => {
      expect(await post('/v1/faces/detect', form({}, { image: 'x' }))).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'image' }] },
      });
    });

    it('an option given twice', async () => {
      const twice = form({ image: portrait }, { minConfidence: '1' });
      twice.append('minConfidence', '2');
      expect(await post('/v1/labels/detect', twice)).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'minConfidence' }] },
      });
    });

    it('a hundred options', async () => {
      const fields = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`o${n}`, 'x']));
      expect(await post('/v1/labels/detect', form({ image: portrait }, fields))).toMatchObject({
        status: 400,
        problem: { code: 'invalid_request' },
      });
    });

    it('no boundary', async () => {
      expect(
        await post('/v1/faces/detect', 'x', { 'content-type': 'multipart/form-data' }),
      ).toMatchObject({ status: 400, problem: { code: 'invalid_request' } });
    });

    it('a form that breaks off', async () => {
      const type = 'multipart/form-data; boundary=b';
      const body =
        '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nabc';
      expect(await post('/v1/faces/detect', body, { 'content-type': type })).toMatchObject({
        status: 400,
        problem: { code: 'invalid_request' },
      });
    });
  });

  describe('in JSON: invalid_request', () => {
    it.each([
      ['a broken text', '{"image":', ''],
      ['a list', [], ''],
      ['null', 'null', ''],
      ['a number', '7', ''],
      ['no image', {}, 'image'],
      ['an image that is a number', { image: 7 }, 'image'],
      ['an empty image', { image: '' }, 'image'],
      ['garbage in base64', { image: 'AAAA*AAA' }, 'image'],
      ['base64 that breaks off', { image: 'AAAAA' }, 'image'],
      ['a data URL', { image: 'data:image/png;base64,AAAA' }, 'image'],
      ['an unknown field', { image: 'AAAA', url: 'http://localhost/' }, 'url'],
      ['a field named __proto__', '{"image":"AAAA","__proto__":{}}', '__proto__'],
    ])('%s', async (_, value, path) => {
      expect(await json('/v1/faces/detect', value)).toMatchObject({
        status: 400,
        problem: { code: 'invalid_request', errors: [{ path }] },
      });
    });
  });

  describe('in options: invalid_request', () => {
    it.each([
      ['/v1/labels/detect?minConfidence=101', 'minConfidence'],
      ['/v1/labels/detect?minConfidence=', 'minConfidence'],
      ['/v1/labels/detect?maxLabels=0', 'maxLabels'],
      ['/v1/labels/detect?maxLabels=1.5', 'maxLabels'],
      ['/v1/labels/detect?maxLabels=1&maxLabels=2', 'maxLabels'],
      ['/v1/labels/detect?colour=red', 'colour'],
      ['/v1/text/detect?minConfidence=-1', 'minConfidence'],
      ['/v1/faces/detect?minConfidence=1', 'minConfidence'],
    ])('%s', async (path, option) => {
      const bytes = Uint8Array.from(portrait);
      expect(await post(path, bytes, { 'content-type': 'image/jpeg' })).toMatchObject({
        status: 400,
        problem: { code: 'invalid_request', errors: [{ path: option }] },
      });
    });

    it('an option in the query of a form', async () => {
      const path = '/v1/labels/detect?minConfidence=1';
      expect(await post(path, form({ image: portrait }))).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'minConfidence' }] },
      });
    });

    it('a threshold over 100, in a form', async () => {
      const body = form(
        { source: portrait, target: portrait },
        { similarityThreshold: '100.5' },
      );
      expect(await post('/v1/faces/compare', body)).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'similarityThreshold' }] },
      });
    });
  });

  it('a hundred thousand fields get a short answer', async () => {
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, 1]));
    const response = await fetch(`${stack.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ image: portrait.toString('base64'), ...fields }),
    });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(1_000);
  });

  it('a form that is mostly no part at all is cut off', async () => {
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let chunk = 0; chunk < 8; chunk += 1) controller.enqueue(megabytes(1));
        controller.close();
      },
    });
    const response = await fetch(`${stack.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'multipart/form-data; boundary=b' },
      body: chunks,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it('a client that goes away half way takes nothing with it', async () => {
    const { hostname, port } = new URL(stack.url);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const socket = net.connect(Number(port), hostname);
      socket.write(
        `POST /v1/faces/detect HTTP/1.1\r\nHost: x\r\nx-api-key: ${key}\r\n` +
          `Content-Type: image/jpeg\r\nContent-Length: ${portrait.length}\r\n\r\n`,
      );
      socket.write(portrait.subarray(0, 10_000));
      await new Promise((resolve) => setTimeout(resolve, 30));
      socket.destroy();
    }
    const { status, problem } = await raw(portrait);
    expect(status).toBe(200);
    expect(problem['faces']).toHaveLength(3);
  });
});
