import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { form } from './support/forms.js';
import { photo } from './support/photos.js';
import { startStack, type Stack } from './support/stack.js';

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Face {
  boundingBox: Box;
  confidence: number;
  landmarks: { type: string; x: number; y: number }[];
}

/** Five women on a stair, each face seen from the front. */
const group = photo(5);

describe('the operations', () => {
  let stack: Stack;
  let key: string;

  beforeAll(async () => {
    stack = await startStack();
    await stack.ready();
    ({ key } = await stack.createKey());
  });
  afterAll(() => stack.stop());
  beforeEach(() => stack.refillBucket());

  async function ask<Answer>(
    path: string,
    body: FormData | Uint8Array | object,
    type?: string,
  ): Promise<Answer & { requestId: string }> {
    const plain = !(body instanceof FormData) && !(body instanceof Uint8Array);
    const response = await fetch(`${stack.url}${path}`, {
      method: 'POST',
      headers: {
        'x-api-key': key,
        ...(plain ? { 'content-type': 'application/json' } : type && { 'content-type': type }),
      },
      body: (plain ? JSON.stringify(body) : body) as RequestInit['body'] & {},
    });
    const answer = (await response.json()) as Answer & { requestId: string };
    expect(answer).not.toHaveProperty('code');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('ratelimit')).toMatch(/^"daily";r=\d+;t=\d+$/u);
    expect(answer.requestId).toBe(response.headers.get('x-request-id'));
    return answer;
  }

  it('find the same five faces in all three forms of a request', async () => {
    type Answer = { faces: Face[]; image: { width: number; height: number } };
    const multipart = await ask<Answer>('/v1/faces/detect', form({ image: group }));
    const json = await ask<Answer>('/v1/faces/detect', { image: group.toString('base64') });
    const raw = await ask<Answer>('/v1/faces/detect', group, 'image/jpeg');

    expect(multipart.image).toEqual({ width: 1920, height: 1398 });
    expect(multipart.faces).toHaveLength(5);
    for (const { boundingBox, confidence, landmarks } of multipart.faces) {
      expect(confidence).toBeGreaterThan(60);
      const eye = landmarks.find(({ type }) => type === 'eyeLeft');
      expect(eye?.x).toBeGreaterThan(boundingBox.left);
      expect(eye?.x).toBeLessThan(boundingBox.left + boundingBox.width);
      expect(eye?.y).toBeGreaterThan(boundingBox.top);
      expect(eye?.y).toBeLessThan(boundingBox.top + boundingBox.height);
    }
    expect({ ...json, requestId: '' }).toEqual({ ...multipart, requestId: '' });
    expect({ ...raw, requestId: '' }).toEqual({ ...multipart, requestId: '' });
  });

  it('tell a person from the others', async () => {
    const { faces } = await ask<{ faces: Face[] }>('/v1/faces/detect', group, 'image/jpeg');
    const first = faces[0]?.boundingBox ?? { left: 0, top: 0, width: 0, height: 0 };
    // One of the five, cut out with a margin, lighter and mirrored.
    const alone = await sharp(group)
      .extract({
        left: Math.round(Math.max(0, first.left - first.width / 2) * 1920),
        top: Math.round(Math.max(0, first.top - first.height / 2) * 1398),
        width: Math.round(first.width * 2 * 1920 * 0.9),
        height: Math.round(first.height * 1.8 * 1398),
      })
      .modulate({ brightness: 1.15 })
      .flop()
      .jpeg()
      .toBuffer();
    const answer = await ask<{
      source: Face;
      matches: { similarity: number; face: Face }[];
      unmatched: Face[];
    }>(
      '/v1/faces/compare',
      form({ source: alone, target: group }, { similarityThreshold: '80' }),
    );
    expect(answer.matches).toHaveLength(1);
    expect(answer.unmatched).toHaveLength(4);
    expect(answer.matches[0]?.similarity).toBeGreaterThan(90);
    expect(answer.matches[0]?.face.boundingBox).toEqual(first);

    const all = await ask<{ matches: unknown[]; unmatched: unknown[] }>('/v1/faces/compare', {
      source: alone.toString('base64'),
      target: group.toString('base64'),
      similarityThreshold: 0,
    });
    expect(all.matches).toHaveLength(5);
    expect(all.unmatched).toEqual([]);
  });

  it('name what a photo shows', async () => {
    interface Label {
      name: string;
      confidence: number;
      instances: { boundingBox: Box }[];
    }
    const { labels } = await ask<{ labels: Label[] }>('/v1/labels/detect', group, 'image/jpeg');
    const person = labels.find(({ name }) => name === 'Person');
    expect(person?.instances.length).toBeGreaterThanOrEqual(4);
    const confidences = labels.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));

    const few = await ask<{ labels: Label[] }>(
      '/v1/labels/detect?maxLabels=1&minConfidence=60',
      group,
      'image/jpeg',
    );
    expect(few.labels).toHaveLength(1);
    expect(few.labels[0]?.name).toBe(labels[0]?.name);
  });

  it('read nothing where nothing is written', async () => {
    const wall = await sharp({
      create: { width: 320, height: 240, channels: 3, background: '#8899aa' },
    })
      .webp()
      .toBuffer();
    const { texts } = await ask<{ texts: unknown[] }>('/v1/text/detect', wall, 'image/webp');
    expect(texts).toEqual([]);
  });
});
